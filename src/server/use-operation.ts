import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { CreateOperation } from '../operation.ts';
import { checkPrice } from '../pricing/check-price.ts';
import type { Cost } from '../pricing/cost.ts';
import { withoutMissingObjects } from '../resolvers/missing-object.ts';
import type { Caller } from './caller.ts';

export interface UseOperationOptions {
  readonly createOperation: CreateOperation;
  readonly callerOf: (request: Request) => Caller;
  /** The most that an operation may cost. */
  readonly limits: Cost;
}

/** Refuses an operation that could cost too much, and gives any other what its resolvers work with. */
export function useOperation({ createOperation, callerOf, limits }: UseOperationOptions): Plugin {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const cost = checkPrice(args, limits);
      if (cost instanceof GraphQLError) {
        setResultAndStopExecution({ errors: [cost] });
        return;
      }
      const { principal, signal, wantsCalls } = callerOf(args.contextValue.request);
      const operation = createOperation({ principal, signal, cost });
      Object.assign(args.contextValue, operation.context);
      return {
        async onExecuteDone({ result, setResult }) {
          if (!('data' in result)) return operation.end();
          const complete = await withoutMissingObjects(result, operation.context.lookUps);
          operation.end();
          const { upstream } = operation;
          setResult(
            wantsCalls ? { ...complete, extensions: { ...complete.extensions, upstream } } : complete,
          );
        },
      };
    },
  };
}
