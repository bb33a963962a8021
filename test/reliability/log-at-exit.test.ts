/** The log is written asynchronously; what was logged before the process ends is written all the same. */
import { expect, test } from 'vitest';
import { poll } from '../support/poll.ts';
import { freshSettings, type Program, startProgram } from '../support/process.ts';
import { threads } from './support/reads.ts';

const GRAPH = /^GraphQL is served on (\S+)$/m;
const QUERIES = 50;
/** Nobody listens there. */
const DOWN = { UPSTREAM_URL: 'http://127.0.0.1:1/v1', UPSTREAM_API_KEY: 'planted-key' };

/** Loaded before the program: SIGUSR2 makes it crash, as a mistake of ours would. */
const crashOnSigusr2 = `data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) process.on('SIGUSR2', () => { throw new Error('a planted mistake'); });
`)}`;

async function failQueries(url: string): Promise<void> {
  const body = JSON.stringify({ query: threads(1) });
  const headers = { 'content-type': 'application/json' };
  await Promise.all(
    Array.from({ length: QUERIES }, async () => (await fetch(url, { method: 'POST', headers, body })).text()),
  );
}

interface Entry {
  readonly msg: string;
  readonly err?: { readonly message: string };
  readonly failures?: readonly { readonly count: number }[];
  /** That were dropped. */
  readonly entries?: number;
}

function entriesOf({ written }: Program): Entry[] {
  const lines = written.err
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line));
}

test.each([
  ['a stop', 'SIGTERM', 0],
  ['a crash', 'SIGUSR2', 1],
] as const)('%s writes what was logged before', async (_, signal, exitCode) => {
  const settings = { ...(await freshSettings()), ...DOWN };
  const program = startProgram(`node --import=${crashOnSigusr2} dist/main.js`, settings);
  await failQueries(await program.says(GRAPH));
  program.signal(signal);
  expect(await program.ended).toBe(exitCode);
  const counts = entriesOf(program).flatMap(({ failures = [] }) => failures.map(({ count }) => count));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(QUERIES);
  const mistakes = entriesOf(program).flatMap(({ err }) => err?.message ?? []);
  expect(mistakes).toEqual(exitCode === 1 ? ['a planted mistake'] : []);
  expect(program.written.err).not.toContain('planted-key');
});

/** Loaded before the program: SIGUSR2 makes it log as much as this in one go. */
const logOnSigusr2 = (entries: number, after: string) =>
  `data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) process.on('SIGUSR2', async () => {
    const { createLog } = await import('file://' + process.cwd() + '/dist/log.js');
    const { log, flush } = createLog();
    for (let entry = 0; entry < ${entries}; entry++) log.warn({ padding: 'x'.repeat(200) }, 'one of many');
    ${after}
  });
`)}`;
const isOneOfMany = ({ msg }: Entry) => msg === 'one of many';

test('an exit writes everything, though it is more than a pipe holds', async () => {
  const settings = { ...(await freshSettings()), ...DOWN };
  const exit = 'flush(); process.exit(3);';
  const program = startProgram(`node --import=${logOnSigusr2(5000, exit)} dist/main.js`, settings);
  await program.says(GRAPH);
  program.signal('SIGUSR2');
  expect(await program.ended).toBe(3);
  expect(entriesOf(program).filter(isOneOfMany)).toHaveLength(5000);
});

test('of more than 4 MiB that wait to be written, the rest is dropped and counted', async () => {
  const settings = { ...(await freshSettings()), ...DOWN };
  const program = startProgram(`node --import=${logOnSigusr2(50_000, '')} dist/main.js`, settings);
  await program.says(GRAPH);
  program.signal('SIGUSR2');
  const dropped = await poll(
    async () => entriesOf(program).find(({ entries }) => entries !== undefined)?.entries,
    (entries) => entries !== undefined,
  );
  const written = entriesOf(program).filter(isOneOfMany);
  expect(written.length + (dropped ?? 0)).toBe(50_000);
  const bytes = written.reduce((sum, entry) => sum + JSON.stringify(entry).length + 1, 0);
  expect(bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
  expect(bytes).toBeGreaterThan(4 * 1024 * 1024 - 1000);
});
