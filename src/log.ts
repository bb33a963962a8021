import { type Logger, pino } from 'pino';
import { createRedactor } from './redaction.ts';

/** Entries that wait to be written because whoever reads standard error is slow. Past this, entries are dropped and counted. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

export interface ServerLog {
  readonly log: Logger;
  /** From now on, entries do not contain these texts. */
  redact(secrets: readonly string[]): void;
  /** Writes what waits, before the process ends. */
  flush(): void;
}

/** Logs to standard error as JSON. Nothing waits for an entry to be written. What waits at a crash or an exit is written then. */
export function createLog(): ServerLog {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: MAX_WAITING_BYTES });
  let redactor = createRedactor([]);
  const log = pino({ level: 'info' }, { write: (entry: string) => destination.write(redactor(entry)) });
  let dropped = 0;
  destination.on('drop', () => dropped++);
  destination.on('drain', () => {
    const entries = dropped;
    dropped = 0;
    if (entries > 0) log.warn({ entries }, 'log entries were dropped: standard error is read too slowly');
  });
  return {
    log,
    redact(secrets) {
      redactor = createRedactor(secrets);
    },
    flush: () => destination.flushSync(),
  };
}
