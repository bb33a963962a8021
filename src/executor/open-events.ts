import { GraphQLError, locatedError } from 'graphql';
import type { ExecutionSource } from './executor.ts';
import { Info } from './info.ts';
import { rootPlan } from './plan.ts';

/** Starts the events of a subscription. Each of them is executed by itself. Rejects with a GraphQLError. */
export async function openEvents(options: ExecutionSource): Promise<AsyncIterable<unknown>> {
  const [plan] = rootPlan(options).fields;
  if (plan === undefined) throw new GraphQLError('The subscription selects no field');
  try {
    const info = new Info(options, plan, undefined);
    const args = plan.argumentsFor(options);
    const events: unknown = await plan.field.subscribe?.(options.rootValue, args, options.context, info);
    if (!isAsyncIterable(events)) throw new Error(`Subscription.${plan.field.name} returned no events`);
    return events;
  } catch (error) {
    throw locatedError(error, plan.nodes, [plan.key]);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
