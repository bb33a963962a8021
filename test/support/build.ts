import { execFileSync } from 'node:child_process';

/** Vitest's global setup for tests that start processes from dist/, which must be up to date. */
export function setup(): void {
  execFileSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' });
}
