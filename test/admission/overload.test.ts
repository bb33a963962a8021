/** A server that is too busy refuses new work at once, instead of making everybody wait. */
import { expect, onTestFinished, test } from 'vitest';
import { measureEventLoopLag } from '../../src/admission/event-loop-lag.ts';
import { connect, upgrade } from '../events/support/raw-socket.ts';
import { startGraph } from '../support/graph.ts';
import { postOperation } from '../support/http.ts';
import { poll } from '../support/poll.ts';

test('the lag is an average, and must fall to a half before work begins again', () => {
  let [time, tick] = [0, () => {}];
  const lag = measureEventLoopLag({
    maxMs: 100,
    now: () => time,
    every: (_, callback) => {
      tick = callback;
      return () => {};
    },
  });
  const after = (lateMs: number) => {
    time += 100 + lateMs;
    tick();
    return lag.isTooHigh;
  };
  // One pause of a third of a second is not an overload, and being late all the time is.
  expect(after(300)).toBe(false);
  expect([after(300), after(0), after(0), after(0), after(0)]).toEqual([true, true, true, true, false]);
  expect(Array.from({ length: 20 }, () => after(90))).not.toContain(true);
  expect(Array.from({ length: 20 }, () => after(150)).at(-1)).toBe(true);
});

/** Keeps the event loop of the server, which is that of this test, from doing anything. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test('while the event loop is late, requests and operations get 503, probes do not, and then all is as before', async () => {
  const graph = await startGraph({ MAX_EVENT_LOOP_LAG_MS: '100' });
  onTestFinished(graph.close);
  const post = () => postOperation(graph.url, { query: '{ __typename }' });
  const socket = await connect(graph.url);
  block(4_000);
  await new Promise((resolve) => setTimeout(resolve));

  const [refused, probe, handshake] = await Promise.all([
    post(),
    fetch(new URL('/health', graph.url)),
    upgrade(graph.url, {}),
  ]);
  socket.subscribe('1', '{ __typename }');
  expect({ status: refused.status, after: refused.headers['retry-after'] }).toEqual({
    status: 503,
    after: '1',
  });
  expect(refused.text).toContain('RATE_LIMITED');
  expect(probe.status).toBe(200);
  expect(handshake.status).toBe(503);
  expect(await socket.next()).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'RATE_LIMITED' } }],
  });

  await poll(post, ({ status }) => status === 200);
});
