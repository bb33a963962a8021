import type { GraphQLError } from 'graphql';
import { executeOperation } from '../executor/executor.ts';
import type { OperationSource } from '../fields/operation-source.ts';
import type { CreateOperation } from '../operation.ts';
import type { Cost } from '../pricing/cost.ts';
import type { Requester } from './caller.ts';
import { finishResult } from './finish-result.ts';
import type { SerializedResult, SerializeResult } from './serialize-result.ts';

export interface RunOperationOptions {
  readonly createOperation: CreateOperation;
  readonly maskError: (error: unknown) => GraphQLError;
  readonly serialize: SerializeResult;
}

/** An operation that may run. */
export interface Runnable {
  readonly source: OperationSource;
  /** What it can cost at most. */
  readonly cost: Cost;
}

/** Executes an operation with a context of its own, or one event of a subscription, and serializes the result. */
export type RunOperation = (runnable: Runnable, by: Requester, event?: unknown) => Promise<SerializedResult>;

export function createOperationRunner(options: RunOperationOptions): RunOperation {
  const { createOperation, maskError, serialize } = options;
  return async ({ source, cost }, { caller, observation }, event) => {
    const { principal, signal, wantsCalls } = caller;
    const operation = createOperation({ principal, signal, cost, observer: observation.calls });
    const { context, upstream } = operation;
    try {
      const executed = await executeOperation({ ...source, context, rootValue: event });
      const result = await finishResult(executed, context, maskError);
      observation.setErrors(result.errors);
      // Until it is serialized, what the operation has read is in memory.
      return await serialize(
        wantsCalls ? { ...result, extensions: { ...result.extensions, upstream } } : result,
      );
    } finally {
      operation.end();
    }
  };
}
