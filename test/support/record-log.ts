import { type Level, type Logger, pino } from 'pino';

export interface RecordedLog<Entry> {
  readonly log: Logger;
  /** Clear it with `lines.length = 0`. */
  readonly lines: string[];
  entries(): Entry[];
}

/** A logger for tests to read. @param level of the least entries that it keeps */
export function recordLog<Entry extends object>(level: Level = 'debug'): RecordedLog<Entry> {
  const lines: string[] = [];
  return {
    log: pino({ level }, { write: (line: string) => lines.push(line) }),
    lines,
    entries: () => lines.map((line) => JSON.parse(line)),
  };
}
