/** What a client makes of the events that it receives. */
import { expect } from 'vitest';
import type { FollowEventsSubscription } from '../../generated/operations.ts';
import type { EventResult, Subscription } from './subscribe.ts';

export type RunEvent = NonNullable<FollowEventsSubscription['runEvents']>;

/** The event in a result without errors. */
export function eventIn({ data, errors }: EventResult<FollowEventsSubscription>): RunEvent {
  expect(errors).toBeUndefined();
  const event = data?.runEvents;
  if (event === null || event === undefined) throw new Error('The result has no event');
  return event;
}

/** Events up to the first that passes the check, that one included. */
export async function eventsUntil(
  subscription: Subscription<FollowEventsSubscription>,
  isLast: (event: RunEvent) => boolean,
): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for (;;) {
    const event = eventIn(await subscription.next());
    events.push(event);
    if (isLast(event)) return events;
  }
}

export const isStatus =
  (status: string) =>
  (event: RunEvent): boolean =>
    event.__typename === 'RunStatusChanged' && event.status === status;

/** All events up to the completion of the subscription. */
export async function allEvents(subscription: Subscription<FollowEventsSubscription>): Promise<RunEvent[]> {
  return (await subscription.rest()).map(eventIn);
}

/** The texts of the messages, by message and part, as a client has them that applies every delta and every reset. */
export function textsOf(events: readonly RunEvent[]): Record<string, string> {
  let texts: Record<string, string> = {};
  for (const event of events) {
    if (event.__typename === 'RunEventsReset') texts = {};
    if (event.__typename !== 'MessageDelta') continue;
    const key = `${event.messageId}/${event.index}`;
    const before = texts[key] ?? '';
    if (event.offset > before.length) throw new Error(`A gap in ${key} before ${event.offset}`);
    texts[key] = before.slice(0, event.offset) + event.text;
  }
  return texts;
}

export const statusesOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.__typename === 'RunStatusChanged' ? event.status : []));

/** Statuses that were delivered twice in a row. */
export function repeatedStatuses(events: readonly RunEvent[]): string[] {
  const statuses = statusesOf(events);
  return statuses.filter((status, index) => status === statuses[index - 1]);
}

/** One word for each event; deltas that follow each other are one. */
export function outline(events: readonly RunEvent[]): string[] {
  const words = events.map((event) => {
    if (event.__typename === 'RunStatusChanged') return event.status;
    if (event.__typename === 'RunStepChanged') return `step ${event.stepStatus}`;
    if (event.__typename === 'MessageChanged') return `message ${event.messageStatus}`;
    return event.__typename;
  });
  return words.filter((word, index) => !(word.endsWith('Delta') && words[index - 1] === word));
}

/** The events without their linked objects, which are the newest known when the event is delivered. */
export function scalarsOf(events: readonly RunEvent[]): object[] {
  return events.map((event) => ({ ...event, run: undefined, step: undefined, message: undefined }));
}
