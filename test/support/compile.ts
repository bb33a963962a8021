import { execFileSync } from 'node:child_process';

/** Vitest's global setup for tests that start threads and processes from dist/: the chat page is not needed. */
export function setup(): void {
  execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
}
