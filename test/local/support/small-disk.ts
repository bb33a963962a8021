import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface SmallDisk {
  readonly path: string;
  resize(size: string): void;
}

/** A file system of its own in memory, such as of `3m`, removed after the test. Needs root, or sudo without a password. */
export function mountSmallDisk(size: string): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'local-api-disk-'));
  asRoot('mount', '-t', 'tmpfs', '-o', `size=${size},mode=700,uid=${userInfo().uid}`, 'tmpfs', path);
  onTestFinished(() => {
    // Lazily: a process that was just killed may not have closed its files yet.
    asRoot('umount', '--lazy', path);
    rmdirSync(path);
  });
  return { path, resize: (to) => asRoot('mount', '-o', `remount,size=${to}`, path) };
}

function asRoot(command: string, ...args: string[]): void {
  if (userInfo().uid === 0) execFileSync(command, args);
  else execFileSync('sudo', ['-n', command, ...args]);
}
