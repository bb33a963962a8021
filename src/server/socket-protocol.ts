/** graphql-transport-ws by graphql-ws: what its hooks do here. */
import type { GraphQLError } from 'graphql';
import { type Context, makeServer } from 'graphql-ws';
import type { Admission } from '../admission/admission.ts';
import { codedError } from '../errors.ts';
import type { Observation } from '../telemetry/telemetry.ts';
import type { CallerReader, SocketCaller } from './caller.ts';
import { tokenExpired } from './expiry.ts';
import { formattedError, isSerialized } from './serialize-result.ts';
import { createSocketExecution, type SocketExecutionOptions } from './socket-execution.ts';
import type { SocketExpiry } from './socket-expiry.ts';
import type { SocketOperations } from './socket-operations.ts';
import type { PayloadSplicer } from './splice-payload.ts';

export interface SocketProtocolOptions extends SocketExecutionOptions {
  readonly callerOf: CallerReader['ofSocket'];
  readonly admission: Admission;
  /** Maximum number of operations of one socket at a time. */
  readonly maxOperations: number;
  /** Lets the sockets share payloads that are serialized already. */
  readonly splicer: PayloadSplicer;
}

/** What is known of a socket beside what graphql-ws knows. */
export interface SocketState {
  readonly operations: SocketOperations;
  readonly expiry: SocketExpiry;
  /** Undefined until `connection_init` was received and accepted. */
  caller: SocketCaller | undefined;
  /** Whether the client still wants the result of an operation. */
  isWanted: (id: string) => boolean;
  /** Fulfilled when the next operation may begin: a socket hands over all messages that arrive together at once. */
  readonly turn: () => Promise<void>;
  /** Begins the observation of an operation. */
  readonly observe: () => Observation;
  /** Fulfilled when the message has left for the network. */
  readonly send: (message: string) => Promise<void>;
}

type ConnectionParams = Record<string, unknown>;

/** Longest ID of an operation: every message about the operation repeats it. */
const MAX_ID_LENGTH = 200;

export function createSocketProtocol({
  callerOf,
  maxOperations,
  admission,
  splicer,
  ...options
}: SocketProtocolOptions) {
  const execution = createSocketExecution(options);
  const refusalOf = (id: string, { operations, expiry, caller }: SocketState) => {
    if (expiry.isOver || caller === undefined) return tokenExpired();
    if (id.length > MAX_ID_LENGTH) return idTooLong();
    if (operations.count >= maxOperations) return tooManyOperations(maxOperations);
    return admission.admit(caller.principal);
  };
  return makeServer<ConnectionParams, SocketState>({
    /** Throws what `callerOf` does. */
    async onConnect({ extra, subscriptions, connectionParams = {} }) {
      extra.isWanted = (id) => id in subscriptions;
      extra.caller = await callerOf(connectionParams);
      extra.expiry.begin(extra.caller.expiresAt);
    },
    async onSubscribe({ extra }: Context<ConnectionParams, SocketState>, id, payload) {
      const { operations, expiry } = extra;
      const observation = extra.observe();
      const refusal = refusalOf(id, extra);
      if (refusal !== undefined || extra.caller === undefined) {
        const errors = [refusal ?? tokenExpired()];
        observation.setErrors(errors);
        observation.end();
        return errors;
      }
      const beforeEvent = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
      const signal = operations.begin(id, () => observation.end());
      const caller = {
        ...extra.caller.withSignal(signal),
        deliver: (event: string) => (expiry.isOver ? expiry.closed : extra.send(`${beforeEvent}${event}}`)),
      };
      await extra.turn();
      const prepared = await execution.prepare(payload, { caller, observation }, () =>
        operations.markSubscription(id),
      );
      if ('length' in prepared) observation.setErrors(prepared);
      return prepared;
    },
    execute: execution.execute,
    subscribe: execution.subscribe,
    onNext: (_connection, _id, _payload, _args, result) =>
      isSerialized(result) ? splicer.placeholderFor(result.stringify()) : undefined,
    onError: (_connection, _id, _payload, errors) => errors.map(formattedError),
  });
}

function idTooLong(): GraphQLError {
  return codedError('BAD_USER_INPUT', `The ID of an operation must have at most ${MAX_ID_LENGTH} characters`);
}

function tooManyOperations(max: number): GraphQLError {
  const message = `At most ${max} operations are allowed at a time on one WebSocket: end one first`;
  return codedError('RATE_LIMITED', message);
}
