import { chmodSync, closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log.ts';

export const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHER_USERS = 0o077;

/** The files that the server creates. SQLite gives those that it adds to a database the mode of the database. */
export const DATABASE = 'assistants.db';
export const LOCK = 'lock';
export const MARKER = 'working';
const CREATED = [LOCK, DATABASE, MARKER];
const OWN = [
  ...CREATED,
  ...CREATED.flatMap((name) => ['-journal', '-wal', '-shm'].map((suffix) => name + suffix)),
];

/**
 * Makes the data directory and its files accessible to their owner only, and logs a warning for each that was not. The mode
 * of a directory that also holds other files is left as it is: somebody else may need them.
 */
export function makePrivate(dataDir: string, log: Log): void {
  const present = readdirSync(dataDir);
  const isShared = present.some((name) => !OWN.includes(name));
  if (!isShared) narrow(dataDir, DIRECTORY_MODE, log);
  for (const name of CREATED) closeSync(openSync(join(dataDir, name), 'a', FILE_MODE));
  for (const name of OWN) if (present.includes(name)) narrow(join(dataDir, name), FILE_MODE, log);
}

function narrow(path: string, mode: number, log: Log): void {
  const before = statSync(path).mode & 0o777;
  if ((before & OTHER_USERS) === 0) return;
  const wide = `${path} had the mode ${before.toString(8)}, with which other users could access it`;
  try {
    chmodSync(path, mode);
    log({ level: 'warn', message: `${wide}: its mode is now ${mode.toString(8)}` });
  } catch {
    log({
      level: 'warn',
      message: `${wide}. The mode cannot be changed, because the file belongs to another user`,
    });
  }
}
