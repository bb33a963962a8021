import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createIntake, MAX_PIPELINED } from '../../src/server/intake.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { connectTo, requestText } from './support/raw-connection.ts';

let graph: Graph | undefined;
afterEach(async () => {
  await graph?.close();
  graph = undefined;
});

const tiny = (alias: string) => requestText(`{"query":"{ ${alias}: __typename }"}`);

test('requests that are pipelined are executed one at a time, in order', async () => {
  graph = await startGraph();
  const held = hold(graph, () => true);
  const connection = await connectTo(graph.url);
  const read = requestText('{"query":"{ assistants { nodes { id } } }"}');
  connection.write(read + read + tiny('last'));
  await held.arrived(1);
  await graph.send('{ __typename }');
  expect(held.count).toBe(1);
  held.release();
  const text = await connection.received(/"last":"Query"/);
  expect(text.match(/{"data":.*}/g)).toEqual([
    '{"data":{"assistants":{"nodes":[]}}}',
    '{"data":{"assistants":{"nodes":[]}}}',
    '{"data":{"last":"Query"}}',
  ]);
  await connection.close();
});

test('as many requests as allowed can be unfinished on one connection', async () => {
  graph = await startGraph();
  const connection = await connectTo(graph.url);
  connection.write(Array.from({ length: MAX_PIPELINED }, (_, index) => tiny(`a${index}`)).join(''));
  await connection.received(new RegExp(`"a${MAX_PIPELINED - 1}":"Query"`));
  await connection.close();
});

test('a connection with one more is closed', async () => {
  graph = await startGraph();
  const connection = await connectTo(graph.url);
  connection.write(tiny('a').repeat(MAX_PIPELINED + 1));
  await connection.closed;
});

test('the event loop turns between requests that take long', async () => {
  const intake = createIntake();
  const order: string[] = [];
  setImmediate(() => order.push('others'));
  const finished = [1, 2].map(
    (number) =>
      new Promise<void>((resolve) => {
        intake.add(new Socket(), new EventEmitter(), () => {
          order.push(`request ${number}`);
          const end = performance.now() + 10;
          while (performance.now() < end);
          resolve();
        });
      }),
  );
  await Promise.all(finished);
  expect(order).toEqual(['request 1', 'others', 'request 2']);
});
