import { type ExecutionArgs, type GraphQLError, getOperationAST, getVariableValues, Kind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Cost } from '../resolvers/cost.ts';
import { codedError } from '../resolvers/errors.ts';
import { priceOf } from '../resolvers/price.ts';

export interface CostOptions {
  readonly maxCalls: number;
  readonly maxNodes: number;
  /** Whether a client may ask with `x-show-upstream-calls: 1` what its operation cost. */
  readonly isShown: boolean;
}

/** What is known of an operation's cost: what it can be, and once it has run, what it was. */
export interface CostContext {
  upstream?: { calls: number; readonly cost: Cost };
}

/** Prices each operation before it runs, and lets none run that could cost more than the limits say. */
export function useCost({ maxCalls, maxNodes, isShown }: CostOptions): Plugin<CostContext> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const cost = costOf(args);
      if (cost === undefined) return;
      if (cost.calls > maxCalls || cost.nodes > maxNodes) {
        setResultAndStopExecution({ errors: [tooExpensive(cost, { calls: maxCalls, nodes: maxNodes })] });
        return;
      }
      const { contextValue } = args;
      const upstream = { calls: 0, cost };
      contextValue.upstream = upstream;
      if (!isShown || contextValue.request.headers.get('x-show-upstream-calls') !== '1') return;
      return {
        onExecuteDone({ result, setResult }) {
          if ('data' in result) setResult({ ...result, extensions: { ...result.extensions, upstream } });
        },
      };
    },
  };
}

/** Undefined where the operation cannot be told or its arguments cannot be read: then it will not run far. */
function costOf({ schema, document, operationName, variableValues }: ExecutionArgs): Cost | undefined {
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  const variables = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  if (variables.errors) return undefined;
  const fragments = Object.fromEntries(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  return priceOf(operation, { schema, fragments, variableValues: variables.coerced });
}

function tooExpensive(cost: Cost, limits: Cost): GraphQLError {
  const message =
    `This operation could cost ${cost.calls} REST calls and ${cost.nodes} nodes, where ${limits.calls} calls and ` +
    `${limits.nodes} nodes are allowed: ask for smaller pages, or for less at a time`;
  return codedError('QUERY_TOO_EXPENSIVE', message, { cost, limits, http: { spec: true, status: 400 } });
}
