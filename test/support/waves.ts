import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import type { OperationName } from '../../src/rest/operations.ts';
import type { Graph } from './graph.ts';

/** The actual cost of some work, unlike its price, which is the maximum. */
export interface Measured {
  readonly calls: (OperationName | undefined)[];
  /** How many times the upstream's latency the work takes: concurrent calls are one wave. */
  readonly waves: number;
}

/**
 * Measures what `work` costs. The upstream responds only when all concurrent calls have arrived.
 *
 * @param operations number of GraphQL operations that must reach the server before the first response
 */
export async function measure(graph: Graph, work: () => Promise<unknown>, operations = 1): Promise<Measured> {
  const { upstream } = graph;
  const origin = new URL(upstream.url).origin;
  const changes = createChanges();
  const open = trackOpenRequests(origin, changes.notify);
  const arrived = countArrivals(new URL(graph.url).port);
  let held: (() => void)[] = [];
  let waves = 0;
  const intercept = upstream.intercept;
  upstream.intercept = async (call, response) => {
    await new Promise<void>((resolve) => {
      held.push(resolve);
      changes.notify();
    });
    return (await intercept?.(call, response)) ?? false;
  };
  const before = upstream.calls.length;

  const release = async () => {
    await arrived.reached(operations);
    for (;;) {
      await changes.next();
      if (held.length === 0 || open.size !== held.length || (await hasActivity(open))) continue;
      waves++;
      const released = held;
      held = [];
      for (const resume of released) resume();
    }
  };
  try {
    await Promise.race([work(), release()]);
  } finally {
    upstream.intercept = intercept;
    open.stop();
    arrived.stop();
  }
  return { calls: upstream.calls.slice(before).map((call) => call.operation), waves };
}

/** Lets one loop wait for the next change. A change before the loop waits is not lost. */
function createChanges() {
  let hasChanged = false;
  let wake = () => {};
  return {
    notify() {
      hasChanged = true;
      wake();
    },
    async next(): Promise<void> {
      if (!hasChanged) await new Promise<void>((resolve) => (wake = resolve));
      hasChanged = false;
    },
  };
}

/** Counts the HTTP requests that a server of this process receives at `port`. */
export function countArrivals(port: string) {
  let onReached = () => {};
  const arrived = {
    count: 0,
    reached: (count: number) =>
      new Promise<void>((resolve) => {
        onReached = () => arrived.count >= count && resolve();
        onReached();
      }),
    stop: () => unsubscribe('http.server.request.start', onStart),
  };
  const onStart = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    if (String(request.socket.localPort) !== port) return;
    arrived.count++;
    onReached();
  };
  subscribe('http.server.request.start', onStart);
  return arrived;
}

/** Whether requests began or ended while all tasks that were ready ran. */
async function hasActivity(open: { readonly events: number }): Promise<boolean> {
  const { events } = open;
  for (let turns = 0; turns < 5; turns++) await turn();
  return open.events !== events;
}

/** The requests of this process to `origin` without a complete response. */
function trackOpenRequests(origin: string, onChange: () => void) {
  const requests = new Set<object>();
  let events = 0;
  const onCreate = (message: unknown) => {
    const { request } = message as { request: { origin: unknown } };
    if (String(request.origin) !== origin) return;
    events++;
    requests.add(request);
    onChange();
  };
  const onEnd = (message: unknown) => {
    const { request } = message as { request: object };
    if (!requests.delete(request)) return;
    events++;
    onChange();
  };
  subscribe('undici:request:create', onCreate);
  subscribe('undici:request:trailers', onEnd);
  subscribe('undici:request:error', onEnd);
  return {
    get size() {
      return requests.size;
    },
    get events() {
      return events;
    },
    stop() {
      unsubscribe('undici:request:create', onCreate);
      unsubscribe('undici:request:trailers', onEnd);
      unsubscribe('undici:request:error', onEnd);
    },
  };
}
