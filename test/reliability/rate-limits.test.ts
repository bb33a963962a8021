/** After a 429, the requests of everybody with the same credential wait together. */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { HttpStatusError } from '../../src/rest/errors.ts';
import { createPause, createPauses } from '../../src/rest/pause.ts';
import { collect } from '../runs/support/entries.ts';
import { createManualClock } from '../runs/support/manual-clock.ts';
import { credential, startRunning } from '../runs/support/running.ts';
import { createScript, playScripts } from '../runs/support/script.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { poll } from '../support/poll.ts';
import { codesOf, threads } from './support/reads.ts';

let graph: Graph;
beforeEach(async () => {
  graph = await startGraph();
});
afterEach(() => graph.close());

const refuse = (response: ServerResponse, headers: Record<string, string> = {}) =>
  Boolean(response.writeHead(429, headers).end('{"error":{"message":"Too many requests."}}'));

/** A server for which pauses last until the test lets time pass. It refuses the first call. */
async function startPaused(headers: Record<string, string>) {
  const clock = createManualClock();
  const graph = await startGraph({}, { connections: { clock } });
  onTestFinished(() => graph.close());
  graph.upstream.intercept = (_, response) => graph.upstream.calls.length === 1 && refuse(response, headers);
  const first = graph.send(threads(1));
  const pause = graph.transport.pauses.of({ apiKey: 'key', organization: undefined });
  await poll(
    async () => pause.remainingMs(),
    (ms) => ms > 0,
  );
  return { clock, graph, first };
}

const notFound = { NOT_FOUND: 1 };

test('400 reads of an operation get few calls while upstream says 429', async () => {
  graph.upstream.intercept = (_, response) => refuse(response);
  const { errors } = await graph.send(threads(400));
  expect(codesOf(errors)).toEqual({ RATE_LIMITED: 400 });
  // Those in flight when the first is refused, and one after each of three pauses.
  expect(graph.upstream.calls.length).toBeGreaterThanOrEqual(32);
  expect(graph.upstream.calls.length).toBeLessThanOrEqual(36);
});

test('a 429 with retry-after holds back the calls of others too', async () => {
  const { clock, graph, first } = await startPaused({ 'retry-after-ms': '300' });
  const others = ['x', 'y', 'z'].map((name) => graph.send(threads(1, name)));
  clock.advance(299);
  await graph.send('{ __typename }');
  expect(graph.upstream.calls).toHaveLength(1);
  clock.advance(1);
  const results = await Promise.all([first, ...others]);
  expect(results.map(({ errors }) => codesOf(errors))).toEqual(Array(4).fill(notFound));
  expect(graph.upstream.calls).toHaveLength(5);
});

test('when a pause is over, one call finds out whether the limit still holds', async () => {
  const { clock, graph, first } = await startPaused({ 'retry-after-ms': '300' });
  const held = hold(graph, () => true);
  const others = ['x', 'y', 'z'].map((name) => graph.send(threads(1, name)));
  clock.advance(300);
  await held.arrived(1);
  await graph.send('{ __typename }');
  expect(held.count).toBe(1);
  held.release();
  await Promise.all([first, ...others]);
  expect(graph.upstream.calls).toHaveLength(5);
});

test('the others need not wait for a call that gets no response', async () => {
  const { clock, graph, first } = await startPaused({ 'retry-after-ms': '300' });
  const held = hold(graph, ({ path }) => path === '/threads/t0');
  clock.advance(300);
  await held.arrived(1);
  const other = graph.send(threads(1, 'x'));
  clock.advance(1000);
  expect(codesOf((await other).errors)).toEqual(notFound);
  held.release();
  await first;
});

test('a pause that lasts longer than the deadline fails at once, for a write too', async () => {
  const hasty = await startGraph({ UPSTREAM_TIMEOUT_MS: '2000' });
  hasty.upstream.intercept = (_, response) => refuse(response, { 'retry-after': '9' });
  const limited = (retryAfterMs: unknown) => [{ extensions: { code: 'RATE_LIMITED', retryAfterMs } }];
  expect((await hasty.send(threads(1))).errors).toMatchObject(limited(9000));
  const { errors } = await hasty.send('mutation { createThread { thread { id } } }');
  expect(errors).toMatchObject(limited(expect.any(Number)));
  expect(errors[0]?.extensions.retryAfterMs).toBeLessThanOrEqual(9000);
  expect(hasty.upstream.calls).toHaveLength(1);
  await hasty.close();
});

test.each([
  ['11', 11_000],
  ['60', 60_000],
  ['61', 60_000],
  ['99999999', 60_000],
])('a client is told at once of retry-after: %s, as %i ms', async (header, retryAfterMs) => {
  graph.upstream.intercept = (_, response) => refuse(response, { 'retry-after': header });
  for (const query of [threads(1), 'mutation { createThread { thread { id } } }']) {
    const { errors } = await graph.send(query);
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    if (query === threads(1)) expect(errors[0]?.extensions.retryAfterMs).toBe(retryAfterMs);
  }
  expect(graph.upstream.calls).toHaveLength(1);
});

const never = new AbortController().signal;
const limit = (retryAfterMs: number) =>
  new HttpStatusError(
    'Too many requests.',
    { status: 429, type: undefined, code: undefined, param: undefined, requestId: undefined },
    retryAfterMs,
  );

test.each([
  [10_000, 20_000, 'is waited for'],
  [10_001, 20_000, 'fails at once'],
  [5_000, 5_000, 'is waited for'],
  [5_001, 5_000, 'fails at once'],
])('a pause of %i ms, with %i ms until the deadline, %s', async (pauseMs, remainingMs, outcome) => {
  const clock = createManualClock();
  const pause = createPause(clock);
  const refused = pause.forOperation(() => remainingMs)(never, () => Promise.reject(limit(pauseMs)));
  await expect(refused).rejects.toThrow('Too many');
  const next = pause.forOperation(() => remainingMs)(never, async () => 'sent');
  clock.advance(pauseMs);
  if (outcome === 'fails at once') await expect(next).rejects.toMatchObject({ name: 'NotSentError' });
  else await expect(next).resolves.toBe('sent');
});

test.each([
  [3, 'sent'],
  [4, 'not sent'],
])('after %i pauses that an operation has waited for or met, it is %s', async (refusals, outcome) => {
  const clock = createManualClock();
  const held = createPause(clock).forOperation(() => 20_000);
  let left = refusals;
  const attempt = () => {
    const result = held(never, () => (left-- > 0 ? Promise.reject(limit(1_000)) : Promise.resolve('sent')));
    clock.advance(1_000);
    return result;
  };
  for (let refusal = 0; refusal < refusals; refusal++) await expect(attempt()).rejects.toThrow('Too many');
  if (outcome === 'sent') await expect(attempt()).resolves.toBe('sent');
  else await expect(attempt()).rejects.toMatchObject({ name: 'NotSentError' });
});

test('without retry-after, pauses double from 100 ms to 5 s', async () => {
  const clock = createManualClock();
  const pause = createPause(clock);
  for (const most of [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]) {
    const refused = pause.forOperation(() => 20_000)(never, () => Promise.reject(limit(0)));
    await expect(refused).rejects.toThrow('Too many');
    expect(pause.remainingMs()).toBeGreaterThanOrEqual(most / 2);
    expect(pause.remainingMs()).toBeLessThanOrEqual(most);
    clock.advance(most);
  }
});

test.each([
  [0, 50],
  [2_000, 2_000],
])(
  'a request that was sent before the pause makes it longer only by its own retry-after: %i ms',
  async (retryAfterMs, remainingMs) => {
    const clock = createManualClock();
    const pause = createPause(clock);
    const held = pause.forOperation(() => 20_000);
    let refuse = () => {};
    const late = held(never, () => new Promise((_, reject) => (refuse = () => reject(limit(retryAfterMs)))));
    await expect(held(never, () => Promise.reject(limit(1_000)))).rejects.toThrow('Too many');
    clock.advance(950);
    refuse();
    await expect(late).rejects.toThrow('Too many');
    expect(pause.remainingMs()).toBe(remainingMs);
  },
);

test('other credentials are not held back', async () => {
  const pauses = createPauses(createManualClock());
  const [one, another] = ['a', 'b'].map((apiKey) => pauses.of({ apiKey, organization: undefined }));
  const refused = one?.forOperation(() => 0)(never, () => Promise.reject(limit(1000)));
  await expect(refused).rejects.toThrow('Too many');
  expect([one?.remainingMs(), another?.remainingMs()]).toEqual([1000, 0]);
});

test('polls and operations of a credential share one pause', async () => {
  const clock = createManualClock();
  const running = await startRunning({ clock });
  const script = createScript('thread_1', 'run_1');
  playScripts(running.upstream, [script]);
  const all = collect(await running.runs.follow(script.ids));
  const held = running.transport.pauses.of(credential).forOperation(() => 0);
  await expect(held(never, () => Promise.reject(limit(8_000)))).rejects.toThrow('Too many');
  running.upstream.calls.length = 0;
  const due = await clock.nextPoll();
  clock.advance(due);
  const heldBack = await clock.nextPoll();
  expect(heldBack).toBe(8_000 - due);
  expect(running.upstream.calls).toEqual([]);
  script.run.status = 'completed';
  clock.advance(heldBack);
  await all;
});
