/** One event of a run's stream: its name, and the object as it was when the event happened. */
export interface RunEvent {
  readonly name: string;
  readonly data: object;
}

/** Whoever listens to a run. Neither method may block or throw. */
export interface EventReader {
  send(event: RunEvent): void;
  /** The stream has come to its end: `complete` where the run has said all it has to say for now. */
  end(complete: boolean): void;
}

/** Carries what happens to the runs to those who listen. Keeps nothing: who comes late reads the objects instead. */
export interface RunEvents {
  follow(runId: string, reader: EventReader): void;
  leave(runId: string, reader: EventReader): void;
  publish(runId: string, events: readonly RunEvent[]): void;
  /** Ends every stream, since the process stops. */
  close(): void;
}

/** After one of these a run's stream has nothing to tell until somebody acts. */
const LAST_EVENTS = new Set([
  'error',
  ...['requires_action', 'completed', 'failed', 'cancelled', 'incomplete', 'expired'].map(
    (s) => `thread.run.${s}`,
  ),
]);

/** With no readers yet. */
export function createRunEvents(): RunEvents {
  const readersOf = new Map<string, Set<EventReader>>();

  function endAll(runId: string, complete: boolean) {
    for (const reader of readersOf.get(runId) ?? []) reader.end(complete);
    readersOf.delete(runId);
  }

  return {
    follow(runId, reader) {
      const readers = readersOf.get(runId) ?? new Set();
      readersOf.set(runId, readers.add(reader));
    },
    leave(runId, reader) {
      readersOf.get(runId)?.delete(reader);
    },
    publish(runId, events) {
      for (const event of events) {
        for (const reader of readersOf.get(runId) ?? []) reader.send(event);
        if (LAST_EVENTS.has(event.name)) endAll(runId, true);
      }
    },
    close() {
      for (const runId of [...readersOf.keys()]) endAll(runId, false);
    },
  };
}
