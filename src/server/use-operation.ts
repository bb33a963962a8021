import type { ServerResponse } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Principal } from '../context.ts';
import { codedError } from '../errors.ts';
import type { CreateOperation, Operation } from '../operation.ts';
import { checkPrice } from '../pricing/check-price.ts';
import { checkScopes } from '../pricing/check-scopes.ts';
import type { Cost, PriceLimits } from '../pricing/cost.ts';
import type { Observation } from '../telemetry/telemetry.ts';
import { acceptsEvents } from './accept.ts';
import type { Caller } from './caller.ts';
import { textOf } from './document.ts';
import type { DocumentsInUse } from './documents-in-use.ts';
import type { EventStreams } from './event-streams.ts';
import { finishResult } from './finish-result.ts';
import type { SerializeResult } from './serialize-result.ts';
import type { Subscribe } from './subscriptions.ts';
import type { DocumentTurns } from './use-document-turns.ts';

export interface UseOperationOptions {
  readonly createOperation: CreateOperation;
  readonly subscribe: Subscribe;
  readonly eventStreams: EventStreams;
  readonly maskError: (error: unknown) => GraphQLError;
  readonly serialize: SerializeResult;
  readonly documentTurns: DocumentTurns;
  readonly documentsInUse: DocumentsInUse;
  readonly callerOf: (request: Request) => Caller;
  /** The most that an operation, or one event of a subscription, may cost. */
  readonly limits: PriceLimits;
}

type ExecuteHooks = Awaited<ReturnType<NonNullable<Plugin['onExecute']>>>;

/** Refuses an operation that could cost too much or whose principal may not do it, and gives any other what its resolvers work with. */
export function useOperation(
  options: UseOperationOptions,
): Plugin<{ caller?: Caller; res?: ServerResponse; observation: Observation }> {
  const {
    createOperation,
    subscribe,
    eventStreams,
    limits,
    maskError,
    serialize,
    documentTurns,
    documentsInUse,
  } = options;
  /** The operation lasts until its result is serialized: until then, what it has read is in memory. */
  const finish = (
    operation: Operation,
    observation: Observation,
    result: ExecutionResult,
    wantsCalls: boolean,
  ) => {
    const { upstream, context } = operation;
    const send = (finished: ExecutionResult) => {
      observation.setErrors(finished.errors);
      return serialize(
        wantsCalls ? { ...finished, extensions: { ...finished.extensions, upstream } } : finished,
      );
    };
    const finished = finishResult(result, context, maskError);
    return finished instanceof Promise ? finished.then(send) : send(finished);
  };
  /** What an operation, or one event of a subscription, can cost; or the errors for which it does not run. */
  const checkOperation = (args: ExecutionArgs, { scopes }: Principal): Cost | undefined | GraphQLError[] => {
    const cost = checkPrice(args, limits);
    if (cost instanceof GraphQLError) return [cost];
    const errors = checkScopes(args, scopes);
    return errors.length > 0 ? errors : cost;
  };
  /** Only a WebSocket has a caller by itself. */
  const callerIn = (context: { caller?: Caller; request: Request }) =>
    context.caller ?? options.callerOf(context.request);
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { observation } = args.contextValue;
      const { principal, signal, wantsCalls } = callerIn(args.contextValue);
      const cost = checkOperation(args, principal);
      if (Array.isArray(cost)) {
        observation.setErrors(cost);
        setResultAndStopExecution({ errors: cost });
        return;
      }
      const release = documentsInUse.begin(args.document);
      if (release instanceof GraphQLError) {
        observation.setErrors([release]);
        setResultAndStopExecution({ errors: [release] });
        return;
      }
      const operation = createOperation({ principal, signal, cost, observer: observation.calls });
      const end = () => {
        operation.end();
        release();
      };
      Object.assign(args.contextValue, operation.context);
      const hooks: ExecuteHooks = {
        onExecuteDone({ result, setResult }) {
          const finished = 'data' in result ? finish(operation, observation, result, wantsCalls) : undefined;
          if (finished instanceof Promise) return finished.then(setResult).finally(end);
          if (finished !== undefined) setResult(finished);
          end();
          return undefined;
        },
      };
      return documentTurns.next(textOf(args.document))?.then(() => hooks) ?? hooks;
    },
    onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      const { caller, request, res, observation } = args.contextValue;
      const isReadable = caller !== undefined || acceptsEvents(request.headers.get('accept'));
      const by = callerIn(args.contextValue);
      const cost = isReadable ? checkOperation(args, by.principal) : [notAcceptable()];
      if (Array.isArray(cost)) {
        observation.setErrors(cost);
        setResultAndStopExecution({ errors: cost });
        return;
      }
      if (res !== undefined) eventStreams.add(res);
      setSubscribeFn(() => subscribe(args, { ...by, cost, observation, response: res }));
    },
  };
}

function notAcceptable(): GraphQLError {
  return codedError('BAD_USER_INPUT', 'Subscriptions must be requested with `accept: text/event-stream`', {
    http: { status: 406, spec: true },
  });
}
