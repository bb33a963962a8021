import type { Context } from '../context.ts';
import { badUserInput, codedError } from '../errors.ts';
import type { Loaders } from '../loaders/loaders.ts';
import type { Reference } from '../loaders/reference.ts';
import type { Run } from '../rest/wire/run.ts';
import { InvalidCursorError, TooManyRunsError, WatchFailedError } from '../runs/errors.ts';
import type {
  MessageChangedEvent,
  ResetEvent,
  RunEvent,
  RunStatusEvent,
  StepChangedEvent,
} from '../runs/events.ts';
import type { LatestObjects, RunIds, RunLogEntry } from '../runs/runs.ts';
import { encodeGlobalId, requireIds } from './global-id.ts';

interface RunArguments {
  id: string;
}

/** An event of a run on its way to a subscriber. */
export interface DeliveredEvent<Event extends RunEvent = RunEvent> {
  readonly cursor: string;
  readonly event: Event;
  readonly ids: RunIds;
  /** Undefined if the run is no longer watched. */
  readonly latest: LatestObjects | undefined;
  /** For what hangs on the linked object: reads of its own for each event. */
  readonly loaders: Loaders;
}

export function runStatus(_root: unknown, { id }: RunArguments, ctx: Context): Promise<AsyncIterable<Run>> {
  return watching(ctx.runs.followStatus(requireIds('Run', id, 'id'), { signal: ctx.signal })).then(withCodes);
}

export function runStatusChange(run: Run, { id }: RunArguments, ctx: Context): Reference<'Run'> {
  return ctx.loaders.reference('Run', requireIds('Run', id, 'id')).set(run);
}

export function runEvents(
  _root: unknown,
  { id, after }: RunArguments & { after?: string | null | undefined },
  ctx: Context,
): Promise<AsyncIterable<RunLogEntry>> {
  const options = { after: after ?? undefined, signal: ctx.signal };
  return watching(ctx.runs.follow(requireIds('Run', id, 'id'), options));
}

export function runEvent({ cursor, event }: RunLogEntry, { id }: RunArguments, ctx: Context): DeliveredEvent {
  const ids = requireIds('Run', id, 'id');
  return { cursor, event, ids, latest: ctx.runs.latest(ids), loaders: ctx.loaders };
}

/** @throws BAD_USER_INPUT for a cursor of another run; RATE_LIMITED at the limit of watched runs */
async function watching<T>(follow: Promise<T>): Promise<T> {
  try {
    return await follow;
  } catch (error) {
    if (error instanceof InvalidCursorError) throw badUserInput('after', 'is not a cursor of this run');
    if (error instanceof TooManyRunsError) throw codedError('RATE_LIMITED', error.message);
    throw error;
  }
}

/** Gives the failure that ends a watch its error code. */
function withCodes<T>(source: AsyncIterableIterator<T>): AsyncIterableIterator<T> {
  return {
    next: () =>
      source.next().catch((error: unknown) => {
        throw error instanceof WatchFailedError ? codedError(error.code, error.message) : error;
      }),
    return: async () => (await source.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

export function stepGlobalId({ ids }: DeliveredEvent, stepId: string): string {
  return encodeGlobalId('RunStep', [ids.thread_id, ids.run_id, stepId]);
}

export function messageGlobalId({ ids }: DeliveredEvent, messageId: string): string {
  return encodeGlobalId('Message', [ids.thread_id, messageId]);
}

/** The newest run known, and never an older one than that of the event. */
export function eventRun({
  event,
  ids,
  latest,
  loaders,
}: DeliveredEvent<RunStatusEvent | ResetEvent>): Reference<'Run'> {
  return loaders.reference('Run', ids).set(latest?.run ?? event.run);
}

export function eventStep({
  event,
  ids,
  latest,
  loaders,
}: DeliveredEvent<StepChangedEvent>): Reference<'RunStep'> {
  const step = latest?.step(event.step.id) ?? event.step;
  return loaders.reference('RunStep', { ...ids, step_id: step.id }).set(step);
}

export function eventMessage({
  event,
  ids,
  latest,
  loaders,
}: DeliveredEvent<MessageChangedEvent>): Reference<'Message'> {
  const message = latest?.message(event.message.id) ?? event.message;
  return loaders.reference('Message', { thread_id: ids.thread_id, message_id: message.id }).set(message);
}
