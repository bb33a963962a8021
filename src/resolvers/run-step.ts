import type { GraphQLResolveInfo } from 'graphql';
import type { Context, RunStepReference } from '../context.ts';
import type { StepDetails } from '../rest/wire/run.ts';
import { link } from './object.ts';

export function runStepRun(step: RunStepReference, _args: unknown, _ctx: Context, info: GraphQLResolveInfo) {
  const { thread_id, run_id } = step.ids;
  return link(step.loaders.reference('Run', { thread_id, run_id }), info);
}

/** What a step did, with the step, which knows where its message lies. */
export interface DetailsOf<Details extends StepDetails> {
  readonly step: RunStepReference;
  readonly details: Details;
}

/** The message that a step made. */
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
