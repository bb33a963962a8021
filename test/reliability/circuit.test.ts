/** While the upstream is down, requests fail at once, and nothing is sent but one request at a time that finds out. */
import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createCircuit, type Verdict } from '../../src/rest/circuit.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { poll } from '../support/poll.ts';
import { codesOf, threads } from './support/reads.ts';

/** Opens at once. @param openMs 0 lets a request through at once, too */
async function start({ failures = 4, openMs = 60_000, env = {} } = {}): Promise<Graph> {
  const circuit = { failures, outageMs: 0, openMs };
  const graph = await startGraph(env, { connections: { circuit, silenceMs: 50 } });
  onTestFinished(() => graph.close());
  return graph;
}

const run = 'mutation { createRun(input: { threadId: "t", assistantId: "a", stream: true }) { run { id } } }';
const write = 'mutation { createThread { thread { id } } }';
const respond = (graph: Graph, answer: (response: ServerResponse) => unknown) => {
  graph.upstream.intercept = (_, response) => {
    answer(response);
    return true;
  };
};
const status = (code: number) => (response: ServerResponse) => response.writeHead(code).end('{}');

test.each([
  ['connections that break', (response: ServerResponse) => response.destroy(), 'UPSTREAM_UNAVAILABLE'],
  ['503', status(503), 'UPSTREAM_UNAVAILABLE'],
])('after %s, reads and writes fail at once, and nothing is sent', async (_, answer, code) => {
  const graph = await start();
  respond(graph, answer);
  // The four attempts of one read.
  expect(codesOf((await graph.send(threads(1))).errors)).toEqual({ [code]: 1 });
  graph.upstream.calls.length = 0;
  const { errors } = await graph.send(threads(300));
  expect(codesOf(errors)).toEqual({ UPSTREAM_UNAVAILABLE: 300 });
  expect(errors[0]?.message).toBe('The upstream is down: nothing was sent');
  // Not OUTCOME_UNKNOWN: it was certainly not carried out.
  expect(codesOf((await graph.send(write)).errors)).toEqual({ UPSTREAM_UNAVAILABLE: 1 });
  expect(graph.upstream.calls).toEqual([]);
});

test('the same after refused connections', async () => {
  const graph = await start();
  await graph.upstream.close();
  await graph.send(threads(1));
  expect(graph.transport.circuit.isOpen).toBe(true);
  expect(codesOf((await graph.send(threads(300))).errors)).toEqual({ UPSTREAM_UNAVAILABLE: 300 });
  expect(codesOf((await graph.send(write)).errors)).toEqual({ UPSTREAM_UNAVAILABLE: 1 });
});

test('the same after reads that time out', async () => {
  const graph = await start({ failures: 2, env: { UPSTREAM_TIMEOUT_MS: '100' } });
  respond(graph, () => undefined);
  expect(codesOf((await graph.send(threads(2))).errors)).toEqual({ UPSTREAM_TIMEOUT: 2 });
  expect(codesOf((await graph.send(threads(2))).errors)).toEqual({ UPSTREAM_UNAVAILABLE: 2 });
  expect(graph.upstream.calls).toHaveLength(2);
});

test('the same after writes that time out, which may have been carried out', async () => {
  const graph = await start({ failures: 1, env: { UPSTREAM_TIMEOUT_MS: '100' } });
  respond(graph, () => undefined);
  expect(codesOf((await graph.send(write)).errors)).toEqual({ OUTCOME_UNKNOWN: 1 });
  expect(codesOf((await graph.send(write)).errors)).toEqual({ UPSTREAM_UNAVAILABLE: 1 });
  expect(graph.upstream.calls).toHaveLength(1);
});

test('a run that would be streamed is not sent either', async () => {
  const graph = await start();
  respond(graph, (response) => response.destroy());
  await graph.send(threads(1));
  graph.upstream.calls.length = 0;
  const { errors, extensions } = await graph.send(run, undefined, { 'x-show-upstream-calls': '1' });
  expect(codesOf(errors)).toEqual({ UPSTREAM_UNAVAILABLE: 1 });
  expect(extensions).toMatchObject({ upstream: { calls: 0 } });
  expect(graph.upstream.calls).toEqual([]);
});

test.each([
  ['a connection that breaks', (response: ServerResponse) => response.destroy()],
  ['503', status(503)],
])('%s in response to a run that would be streamed counts too', async (_, answer) => {
  const graph = await start({ failures: 1 });
  respond(graph, answer);
  expect(codesOf((await graph.send(run)).errors)).toEqual({ OUTCOME_UNKNOWN: 1 });
  expect(codesOf((await graph.send(threads(1))).errors)).toEqual({ UPSTREAM_UNAVAILABLE: 1 });
  expect(graph.upstream.calls).toHaveLength(1);
});

test('a request that waits for a connection when the upstream goes down is not sent, nor counted', async () => {
  const graph = await start({ failures: 1, env: { UPSTREAM_CONNECTIONS: '1' } });
  respond(graph, (response) => response.destroy());
  const held = hold(graph, () => true);
  const first = graph.send(threads(1));
  await held.arrived(1);
  const next = graph.send(threads(3, 'next'), undefined, { 'x-show-upstream-calls': '1' });
  await poll(
    async () => graph.transport.traffic.counts().waiting,
    (waiting) => waiting > 0,
  );
  held.release();
  await first;
  const { errors, extensions } = await next;
  expect(codesOf(errors)).toEqual({ UPSTREAM_UNAVAILABLE: 3 });
  expect(extensions).toMatchObject({ upstream: { calls: 0 } });
  expect(graph.upstream.calls).toHaveLength(1);
});

test.each([400, 401, 404, 429, 500, 502, 504])('%i shows that the upstream is there', async (code) => {
  const graph = await start({ failures: 1 });
  respond(graph, status(code));
  await graph.send(threads(1));
  expect(graph.transport.circuit.isOpen).toBe(false);
});

test('a client that disconnects shows nothing', async () => {
  const graph = await start({ failures: 1 });
  const held = hold(graph, () => true);
  const client = new AbortController();
  const body = JSON.stringify({ query: threads(1) });
  const headers = { 'content-type': 'application/json' };
  const response = fetch(graph.url, { method: 'POST', headers, body, signal: client.signal });
  await held.arrived(1);
  client.abort();
  await expect(response).rejects.toThrow('aborted');
  held.release();
  await graph.send(threads(1));
  expect(graph.transport.circuit.isOpen).toBe(false);
});

test('one request at a time finds out whether the upstream is back, while others fail at once', async () => {
  const graph = await start({ openMs: 0 });
  respond(graph, (response) => response.destroy());
  await graph.send(threads(1));
  graph.upstream.intercept = undefined;
  graph.upstream.calls.length = 0;
  const held = hold(graph, () => true);
  const first = graph.send(threads(1, 'first'));
  await held.arrived(1);
  expect(codesOf((await graph.send(threads(10))).errors)).toEqual({ UPSTREAM_UNAVAILABLE: 10 });
  expect(graph.upstream.calls).toHaveLength(1);
  held.release();
  expect(codesOf((await first).errors)).toEqual({ NOT_FOUND: 1 });
  expect(codesOf((await graph.send(threads(10))).errors)).toEqual({ NOT_FOUND: 10 });
});

/** A circuit with the default limits, and a way to send requests that take no time. */
function createTimedCircuit() {
  let now = 0;
  const changes: boolean[] = [];
  const circuit = createCircuit({ now: () => now, onChange: (isOpen) => changes.push(isOpen) });
  const send = (verdict: Verdict) => circuit.begin()(verdict);
  return {
    circuit,
    changes,
    send,
    fail(times: number, everyMs: number) {
      for (let failure = 0; failure < times; failure++) {
        send('down');
        now += everyMs;
      }
    },
    wait(ms: number) {
      now += ms;
    },
  };
}

test('it opens at the tenth failure in a row, if they took a second', () => {
  const nine = createTimedCircuit();
  nine.fail(9, 1000);
  expect(nine.circuit.isOpen).toBe(false);
  nine.fail(1, 0);
  expect(nine.circuit.isOpen).toBe(true);

  const quick = createTimedCircuit();
  quick.fail(500, 1);
  expect(quick.circuit.isOpen).toBe(false);
  quick.fail(501, 1);
  expect(quick.circuit.isOpen).toBe(true);

  // Requests that were sent long ago and are dropped in the same moment, as by a restart.
  const restart = createTimedCircuit();
  const inFlight = Array.from({ length: 64 }, () => restart.circuit.begin());
  restart.wait(10_000);
  for (const end of inFlight) end('down');
  expect(restart.circuit.isOpen).toBe(false);

  const silent = createTimedCircuit();
  const unanswered = Array.from({ length: 10 }, () => silent.circuit.begin());
  silent.wait(10_000);
  for (const end of unanswered) end('silent');
  expect(silent.circuit.isOpen).toBe(true);

  const mixed = createTimedCircuit();
  mixed.fail(9, 1000);
  mixed.send('alive');
  mixed.fail(9, 1000);
  expect(mixed.circuit.isOpen).toBe(false);
});

test('it stays open for a second after each failure, and closes at the first response', () => {
  const { circuit, changes, fail, send, wait } = createTimedCircuit();
  fail(10, 1000);
  wait(-1000);
  wait(999);
  expect(() => send('alive')).toThrow('The upstream is down');
  wait(1);
  send('down');
  expect(() => circuit.check()).toThrow('The upstream is down');
  wait(1000);
  // Aborted before it showed anything: the next may try at once.
  send('unknown');
  send('alive');
  expect(circuit.isOpen).toBe(false);
  expect(changes).toEqual([true, false]);
});
