import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';
import { codedError } from '../errors.ts';
import type { CreateOperation } from '../operation.ts';
import type { Cost } from '../pricing/cost.ts';
import type { Requester } from './execution.ts';
import { finishResult } from './finish-result.ts';
import type { SerializedResult, SerializeResult } from './serialize-result.ts';

export interface RunOperationOptions {
  readonly createOperation: CreateOperation;
  readonly maskError: (error: unknown) => GraphQLError;
  readonly serialize: SerializeResult;
}

/** An operation that may run. */
export interface Runnable extends ExecutionArgs {
  /** What it can cost at most. */
  readonly cost: Cost | undefined;
}

/** Executes an operation with a context of its own, or one event of a subscription, and serializes the result. */
export type RunOperation = (runnable: Runnable, by: Requester, event?: unknown) => Promise<SerializedResult>;

export function createOperationRunner(options: RunOperationOptions): RunOperation {
  const { createOperation, maskError, serialize } = options;
  return async ({ cost, ...args }, { caller, observation }, event) => {
    const { principal, signal, wantsCalls } = caller;
    const operation = createOperation({ principal, signal, cost, observer: observation.calls });
    const { context, upstream } = operation;
    try {
      const executed = await execute({ ...args, rootValue: event, contextValue: context });
      const result =
        'data' in executed ? await finishResult(executed, context, maskError) : refused(executed.errors);
      observation.setErrors(result.errors);
      // Until it is serialized, what the operation has read is in memory.
      return await serialize(
        wantsCalls && 'data' in result
          ? { ...result, extensions: { ...result.extensions, upstream } }
          : result,
      );
    } finally {
      operation.end();
    }
  };
}

/** Nothing was executed: a variable is invalid. */
function refused(errors: readonly GraphQLError[] = []): ExecutionResult {
  const http = { status: 400, spec: true };
  return {
    errors: errors.map(({ message, nodes }) => codedError('BAD_USER_INPUT', message, { http }, nodes)),
  };
}
