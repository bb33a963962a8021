/** One event in a run's stream: its name, and the object as it was when the event happened. */
export interface RunEvent {
  readonly name: string;
  readonly data: object;
}

/** Receives the events of a run. Its methods must not block or throw. */
export interface RunSubscriber {
  send(event: RunEvent): void;
  /** The stream ends. `complete` is false if the run has more events, which this stream will not have. */
  end(complete: boolean): void;
}

/** Sends the events of each run to its subscribers. Events are not stored: a late subscriber reads the objects instead. */
export interface RunEvents {
  subscribe(runId: string, subscriber: RunSubscriber): void;
  unsubscribe(runId: string, subscriber: RunSubscriber): void;
  publish(runId: string, events: readonly RunEvent[]): void;
  /** Ends the streams of a run that goes on, because what follows does not continue what they have sent. */
  cut(runId: string): void;
  /** Ends every stream, because the process stops. */
  close(): void;
}

/** The events that end a stream: the run has ended, or it waits for a client. */
const LAST_EVENTS = new Set([
  'error',
  ...['requires_action', 'completed', 'failed', 'cancelled', 'incomplete', 'expired'].map(
    (status) => `thread.run.${status}`,
  ),
]);

/** Run events without any subscribers yet. */
export function createRunEvents(): RunEvents {
  const subscribersOf = new Map<string, Set<RunSubscriber>>();

  function endAll(runId: string, complete: boolean) {
    for (const subscriber of subscribersOf.get(runId) ?? []) subscriber.end(complete);
    subscribersOf.delete(runId);
  }

  return {
    subscribe(runId, subscriber) {
      const subscribers = subscribersOf.get(runId) ?? new Set();
      subscribersOf.set(runId, subscribers.add(subscriber));
    },
    unsubscribe(runId, subscriber) {
      subscribersOf.get(runId)?.delete(subscriber);
    },
    publish(runId, events) {
      for (const event of events) {
        for (const subscriber of subscribersOf.get(runId) ?? []) subscriber.send(event);
        if (LAST_EVENTS.has(event.name)) endAll(runId, true);
      }
    },
    cut: (runId) => endAll(runId, false),
    close() {
      for (const runId of [...subscribersOf.keys()]) endAll(runId, false);
    },
  };
}
