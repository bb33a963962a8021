/** How operations are executed, whichever way they arrive: with a request, as server-sent events, or on a WebSocket. */
import { type ExecutionArgs, GraphQLError, type OperationDefinitionNode } from 'graphql';
import type { Config } from '../config.ts';
import type { Principal } from '../context.ts';
import { codedError } from '../errors.ts';
import { readOperation } from '../fields/operation-source.ts';
import type { CreateOperation } from '../operation.ts';
import { checkPrice } from '../pricing/check-price.ts';
import { checkScopes } from '../pricing/check-scopes.ts';
import type { PriceLimits } from '../pricing/cost.ts';
import { schema } from '../schema/index.ts';
import type { Observation } from '../telemetry/telemetry.ts';
import type { Requester } from './caller.ts';
import { requireOperation, textOf } from './document.ts';
import { createDocumentTurns } from './document-turns.ts';
import { createDocuments } from './documents.ts';
import { DocumentsInUse } from './documents-in-use.ts';
import type { InTransit } from './in-transit.ts';
import type { Params } from './params.ts';
import type { DocumentSource } from './persisted-queries.ts';
import { createOperationRunner, type Runnable } from './run-operation.ts';
import type { SerializedResult, SerializeResult } from './serialize-result.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';

export interface ExecutionOptions {
  readonly config: Config;
  readonly createOperation: CreateOperation;
  readonly persistedQueries: DocumentSource;
  readonly maskError: (error: unknown) => GraphQLError;
  readonly serialize: SerializeResult;
  /** Counts the events that clients have not read. */
  readonly responses: InTransit;
}

/** An operation with a valid document, in the form that graphql-ws hands from one of its hooks to the next. */
export interface Prepared extends ExecutionArgs {
  readonly operation: OperationDefinitionNode;
}

/** A result without data: the operation did not start. */
export interface Failed {
  readonly errors: readonly GraphQLError[];
}

export interface Execution {
  /** Finds, parses and validates the document. Never rejects: errors are in the result, and observed. */
  prepare(params: Params, observation: Observation): Promise<Prepared | Failed>;
  /** Executes a query or a mutation. Prices it first, and checks the scopes of its principal. Errors are in the result. */
  execute(prepared: Prepared, by: Requester): Promise<SerializedResult>;
  /** Starts a subscription, after the same checks. Its results come in order, or errors alone if it does not start. */
  subscribe(
    prepared: Prepared,
    by: Requester,
  ): Promise<AsyncIterableIterator<SerializedResult> | SerializedResult>;
  /** What is held at the moment. */
  readonly counts: Pick<Subscriptions, 'count' | 'sharedEvents'>;
}

export function createExecution(options: ExecutionOptions): Execution {
  const { config, createOperation, persistedQueries, maskError, serialize, responses } = options;
  const documents = createDocuments(config);
  const documentTurns = createDocumentTurns();
  const documentsInUse = new DocumentsInUse();
  const run = createOperationRunner({ createOperation, maskError, serialize });
  const subscriptions = createSubscriptions({
    createOperation,
    maskError,
    serialize,
    run,
    responses,
    maxPerPrincipal: config.MAX_SUBSCRIPTIONS,
    documentsInUse,
  });
  /** The most that an operation, or one event of a subscription, may cost. */
  const limits: PriceLimits = {
    calls: config.MAX_CALLS,
    nodes: config.MAX_NODES,
    checksOwners: config.OWNERS === 'metadata',
  };

  const fail = (observation: Observation, errors: readonly GraphQLError[]): Failed => {
    observation.setErrors(errors);
    return { errors };
  };

  /** The result of `work`, or the error that it failed with: an error that nobody foresaw costs its operation, not the connection. */
  const orErrors = async <Result>(observation: Observation, work: () => Promise<Result>) => {
    try {
      return await work();
    } catch (error) {
      return fail(observation, [maskError(error)]);
    }
  };

  /** What starts if it may; or the errors for which it does not. */
  const check = (prepared: Prepared, { scopes }: Principal): Runnable | readonly GraphQLError[] => {
    const { document, operation, variableValues } = prepared;
    const source = readOperation(schema, document, operation, variableValues ?? {});
    if (isErrors(source)) return source.map(toRequestError);
    const cost = checkPrice(source, limits);
    if (cost instanceof GraphQLError) return [cost];
    const errors = checkScopes(source, scopes);
    return errors.length > 0 ? errors : { source, cost };
  };

  /** Starts what has passed the checks. */
  const begin = <Result>(prepared: Prepared, by: Requester, start: (runnable: Runnable) => Promise<Result>) =>
    orErrors(by.observation, async () => {
      await documentTurns.next(textOf(prepared.document));
      const checked = check(prepared, by.caller.principal);
      return isErrors(checked) ? fail(by.observation, checked) : start(checked);
    });

  return {
    prepare: (params, observation) =>
      orErrors(observation, async () => {
        const text = persistedQueries.textOf(params);
        await documentTurns.first(text);
        const document = documents.parse(text);
        await documentTurns.next(text);
        const operation = requireOperation(document, params.operationName);
        observation.setOperation(operation.operation, operation.name?.value);
        const errors = documents.validate(document);
        if (errors.length > 0) return fail(observation, errors);
        return {
          schema,
          document,
          operation,
          operationName: params.operationName,
          variableValues: params.variables,
        };
      }),
    execute: async (prepared, by) => {
      const result = await begin(prepared, by, async (runnable) => {
        const release = documentsInUse.begin(prepared.document);
        if (release instanceof GraphQLError) throw release;
        try {
          await documentTurns.next(textOf(prepared.document));
          return await run(runnable, by);
        } finally {
          release();
        }
      });
      return serialize(result);
    },
    subscribe: async (prepared, by) => {
      const result = await begin(prepared, by, (runnable) => subscriptions.subscribe(runnable, by));
      return 'errors' in result ? serialize(result) : result;
    },
    counts: subscriptions,
  };
}

function isErrors(value: object): value is readonly GraphQLError[] {
  return Array.isArray(value);
}

/** Of a variable. */
function toRequestError({ message, nodes }: GraphQLError): GraphQLError {
  return codedError('BAD_USER_INPUT', message, { http: { status: 400, spec: true } }, nodes);
}
