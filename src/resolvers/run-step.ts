import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { Reference } from '../loaders/reference.ts';
import type { StepDetails } from '../rest/wire/run.ts';
import { link } from './object.ts';

export function runStepRun(
  step: Reference<'RunStep'>,
  _args: unknown,
  _ctx: Context,
  info: GraphQLResolveInfo,
) {
  const { thread_id, run_id } = step.ids;
  return link(step.loaders.reference('Run', { thread_id, run_id }), info);
}

/** The details of a step, with the step, whose IDs lead to its message. */
export interface DetailsOf<Details extends StepDetails> {
  readonly step: Reference<'RunStep'>;
  readonly details: Details;
}

/** The message that a step created. */
export function stepMessage(
  { step, details }: DetailsOf<Extract<StepDetails, { type: 'message_creation' }>>,
  _args: unknown,
  _ctx: Context,
  info: GraphQLResolveInfo,
) {
  const { thread_id, run_id } = step.ids;
  const { message_id } = details.message_creation;
  const message = step.loaders.reference('Message', { thread_id, message_id });
  message.writtenBy = run_id;
  return link(message, info);
}
