/** How the operations of a WebSocket are executed: by yoga's plugins, as those of an HTTP request are. */
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { Observation } from '../telemetry/telemetry.ts';
import type { Caller } from './caller.ts';
import { requireOperation } from './document.ts';
import type { DocumentSource } from './persisted-queries.ts';
import type { SerializedResult, SerializeResult } from './serialize-result.ts';
import type { DocumentTurns } from './use-document-turns.ts';

/** What executes operations: yoga's `getEnveloped`, with the plugins that HTTP requests go through. */
export interface Enveloped {
  readonly schema: ExecutionArgs['schema'];
  parse(source: string): ExecutionArgs['document'];
  validate(schema: ExecutionArgs['schema'], document: ExecutionArgs['document']): readonly GraphQLError[];
  contextFactory(): unknown;
  execute(args: ExecutionArgs): Promise<ExecutionResult> | ExecutionResult;
  subscribe(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

/** Whose operation it is. */
export interface SocketContext {
  readonly caller: Caller;
  readonly observation: Observation;
}

export interface SocketExecutionOptions {
  readonly getEnveloped: (context: SocketContext) => Enveloped;
  readonly maskError: (error: unknown) => GraphQLError;
  readonly serialize: SerializeResult;
  readonly persistedQueries: DocumentSource;
  readonly documentTurns: DocumentTurns;
}

export interface SocketExecution {
  /** The arguments to execute, or the errors for which nothing is executed. @param onSubscription called before a subscription */
  prepare(
    payload: SubscribePayload,
    context: SocketContext,
    onSubscription: () => void,
  ): Promise<ExecutionArgs | readonly GraphQLError[]>;
  /** @param args from `prepare` */
  execute(args: ExecutionArgs): Promise<SerializedResult>;
  /** @param args from `prepare` */
  subscribe(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

export function createSocketExecution(options: SocketExecutionOptions): SocketExecution {
  const { getEnveloped, maskError, serialize, persistedQueries, documentTurns } = options;
  /** What executes the arguments that `prepare` made. */
  const executors = new WeakMap<object, Enveloped>();

  const executorOf = (args: ExecutionArgs): Enveloped => {
    const executor = executors.get(args);
    if (executor === undefined) throw new Error('The arguments were not prepared');
    return executor;
  };

  /** An error that nobody foresaw costs its operation, not the socket. */
  const orErrors = async <T>(
    work: () => Promise<T> | T,
  ): Promise<T | { errors: readonly GraphQLError[] }> => {
    try {
      return await work();
    } catch (error) {
      return { errors: [maskError(error)] };
    }
  };

  return {
    async prepare(payload, context, onSubscription) {
      const enveloped = getEnveloped(context);
      const prepared = await orErrors(async () => {
        const text = persistedQueries.textOf(payload);
        await documentTurns.first(text);
        const document = enveloped.parse(text);
        await documentTurns.next(text);
        const { operation, name } = requireOperation(document, payload.operationName);
        context.observation.setOperation(operation, name?.value);
        const errors = enveloped.validate(enveloped.schema, document);
        if (errors.length > 0) return { errors: errors.map(maskError) };
        if (operation === 'subscription') onSubscription();
        await documentTurns.next(text);
        return {
          schema: enveloped.schema,
          document,
          operationName: payload.operationName ?? null,
          variableValues: payload.variables ?? null,
          contextValue: await enveloped.contextFactory(),
        };
      });
      if ('errors' in prepared) return prepared.errors;
      executors.set(prepared, enveloped);
      return prepared;
    },
    async execute(args) {
      const result = await orErrors(() => executorOf(args).execute(args));
      return serialize(result);
    },
    subscribe: (args) => orErrors(() => executorOf(args).subscribe(args)),
  };
}
