/** graphql-transport-ws by graphql-ws: what its hooks do here. */
import type { ExecutionArgs, GraphQLError } from 'graphql';
import { type Context, makeServer } from 'graphql-ws';
import type { Admission } from '../admission/admission.ts';
import { codedError } from '../errors.ts';
import type { Observation } from '../telemetry/telemetry.ts';
import { type Client, type Identify, membersOf, type Requester } from './caller.ts';
import type { Execution, Prepared } from './execution.ts';
import { tokenExpired } from './expiry.ts';
import { formattedError, isSerialized } from './serialize-result.ts';
import type { SocketExpiry } from './socket-expiry.ts';
import type { SocketOperations } from './socket-operations.ts';
import type { PayloadSplicer } from './splice-payload.ts';

export interface SocketProtocolOptions {
  readonly execution: Execution;
  readonly identify: Identify;
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
  client: Client | undefined;
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
  execution,
  identify,
  maxOperations,
  admission,
  splicer,
}: SocketProtocolOptions) {
  const requests = new WeakMap<object, { readonly prepared: Prepared; readonly by: Requester }>();
  const requestOf = (args: ExecutionArgs) => {
    const request = requests.get(args);
    if (request === undefined) throw new Error('The arguments were not prepared');
    return request;
  };
  const refusalOf = (id: string, { operations, expiry, client }: SocketState) => {
    if (expiry.isOver || client === undefined) return tokenExpired();
    if (id.length > MAX_ID_LENGTH) return idTooLong();
    if (operations.count >= maxOperations) return tooManyOperations(maxOperations);
    return admission.admit(client.principal);
  };
  return makeServer<ConnectionParams, SocketState>({
    /** Throws what `identify` does. */
    async onConnect({ extra, subscriptions, connectionParams = {} }) {
      extra.isWanted = (id) => id in subscriptions;
      extra.client = await identify(membersOf(connectionParams));
      extra.expiry.begin(extra.client.expiresAt);
    },
    async onSubscribe({ extra }: Context<ConnectionParams, SocketState>, id, payload) {
      const { operations, expiry } = extra;
      const observation = extra.observe();
      const refusal = refusalOf(id, extra);
      if (refusal !== undefined || extra.client === undefined) {
        const errors = [refusal ?? tokenExpired()];
        observation.setErrors(errors);
        observation.end();
        return errors;
      }
      const beforeEvent = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
      const signal = operations.begin(id, () => observation.end());
      const caller = {
        ...extra.client.toCaller(signal),
        deliver: (event: string) => (expiry.isOver ? expiry.closed : extra.send(`${beforeEvent}${event}}`)),
      };
      await extra.turn();
      const prepared = await execution.prepare(payload, observation);
      if ('errors' in prepared) return prepared.errors;
      if (prepared.operation.operation === 'subscription') operations.markSubscription(id);
      requests.set(prepared, { prepared, by: { caller, observation } });
      return prepared;
    },
    execute(args) {
      const { prepared, by } = requestOf(args);
      return execution.execute(prepared, by);
    },
    subscribe(args) {
      const { prepared, by } = requestOf(args);
      return execution.subscribe(prepared, by);
    },
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
