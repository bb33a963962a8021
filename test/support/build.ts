import { execFileSync } from 'node:child_process';

/** Vitest's global setup for tests that start what is in dist/: an old build would pass or fail for the wrong reason. */
export function setup(): void {
  execFileSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' });
}
