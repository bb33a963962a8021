import { expect, test } from 'vitest';
import { freshSettings, type Program, processesOf, type Settings, startProgram } from '../support/process.ts';
import { addRun } from './support/fixtures.ts';
import { createRestCaller, type RestCaller } from './support/rest-caller.ts';

const LOCAL_API = /^The local Assistants API listens on (\S+)$/m;

/**
 * Bugs for the tests: the offline model kills or hangs its process when it reads a certain message, in which it looks for the
 * last one with `findLast`, and a request hangs it with a certain query.
 */
const bugs = `data:text/javascript,${encodeURIComponent(`
  const { findLast } = Array.prototype;
  Array.prototype.findLast = function (...args) {
    const has = (text) => this.some((item) => item?.text === text);
    if (has('kill')) process.kill(process.pid, 'SIGKILL');
    while (has('hang'));
    return findLast.apply(this, args);
  };
  const { get } = URLSearchParams.prototype;
  URLSearchParams.prototype.get = function (name) {
    while (get.call(this, name) === 'hang');
    return get.call(this, name);
  };
`)}`;

const startLocal = (settings: Settings) => startProgram(`node --import=${bugs} dist/main.js local`, settings);
const callerOf = async (program: Program) => createRestCaller(await program.says(LOCAL_API));

test('a run that kills the server again and again fails, and the others go on', async () => {
  const settings = { ...(await freshSettings()), OFFLINE_TOKEN_MS: '50' };
  const first = startLocal(settings);
  const api = await callerOf(first);
  const [innocent, poisoned] = [await addRun(api, 'word '.repeat(20)), await addRun(api, 'kill')];
  expect(await first.ended).toBe('SIGKILL');
  for (const _ of ['second', 'third']) expect(await startLocal(settings).ended).toBe('SIGKILL');

  const fourth = startLocal(settings);
  const after = await callerOf(fourth);
  expect(await after.until(poisoned, 'failed')).toMatchObject({
    last_error: {
      code: 'server_error',
      message: 'The local API stopped or hung 3 times while it worked on this run.',
    },
  });
  expect(fourth.written.err).toContain(`worked on run ${poisoned.id}: 3 of 3 times`);
  await after.until(innocent, 'completed');
  await after.post(`/threads/${poisoned.thread_id}/messages`, {
    role: 'user',
    content: 'the thread is unlocked',
  });
});

test('a run that hangs the model fails, and everything else goes on', async () => {
  const program = startLocal(await freshSettings());
  const api = await callerOf(program);
  const poisoned = await addRun(api, 'hang');
  expect(await api.until(poisoned, 'failed')).toMatchObject({
    last_error: { code: 'server_error', message: 'The model hung while it read the prompt.' },
  });
  await api.until(await addRun(api, 'Hello'), 'completed');
});

test('SIGTERM ends the process in time even if its local API hangs', async () => {
  const settings = { ...(await freshSettings()), SHUTDOWN_MS: '2000' };
  for (const command of ['dist/main.js', 'dist/main.js local']) {
    const program = startProgram(`node --import=${bugs} ${command}`, settings);
    const api = await callerOf(program);
    await addRun(api, 'word '.repeat(100));
    const hanging = Promise.allSettled([api.get('/assistants?order=hang'), hangs(api)]);
    await hangs(api);
    const signalled = performance.now();
    program.signal('SIGTERM');
    expect(await program.ended).toBe('SIGTERM');
    expect(performance.now() - signalled).toBeLessThan(2_500);
    expect(program.written.err).toBe('The stop would take longer than 2000 ms and was cut short.\n');
    expect(processesOf(settings)).toEqual([]);
    await hanging;
  }
});

/** Waits until requests get no response any more. */
async function hangs(api: RestCaller): Promise<void> {
  for (;;) {
    const response = await api
      .call('GET', '/assistants', undefined, { signal: AbortSignal.timeout(500) })
      .catch(() => undefined);
    if (response === undefined) return;
  }
}
