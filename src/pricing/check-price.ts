import { GraphQLError } from 'graphql';
import { codedError } from '../errors.ts';
import type { OperationSource } from '../fields/operation-source.ts';
import type { Cost, PriceLimits } from './cost.ts';
import { requireShortIntrospection } from './introspection.ts';
import { priceOf } from './price.ts';

/**
 * Prices an operation before it runs; of a subscription, one event.
 *
 * @param limits the most that it may cost
 * @returns its price; or an error to send instead of running it: QUERY_TOO_EXPENSIVE, or BAD_USER_INPUT for more IDs than an
 * argument accepts
 */
export function checkPrice(source: OperationSource, limits: PriceLimits): Cost | GraphQLError {
  try {
    requireShortIntrospection(source);
    const price = priceOf(source, limits);
    const isWithin = price.calls <= limits.calls && price.nodes <= limits.nodes;
    return isWithin ? price : refused(tooExpensive(price, limits));
  } catch (error) {
    if (error instanceof GraphQLError) return refused(error);
    throw error;
  }
}

function tooExpensive(cost: Cost, { calls, nodes }: Cost): GraphQLError {
  const message =
    `This operation could cost ${cost.calls} REST calls and ${cost.nodes} nodes; the limits are ${calls} calls ` +
    `and ${nodes} nodes: request smaller pages or fewer fields`;
  return codedError('QUERY_TOO_EXPENSIVE', message, { cost, limits: { calls, nodes } });
}

function refused({ message, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, http: { spec: true, status: 400 } } });
}
