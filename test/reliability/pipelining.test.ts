import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createBeginner, createIntake, MAX_PIPELINED, MAX_WAITING } from '../../src/server/intake.ts';
import { connect } from '../events/support/raw-socket.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { connectTo, requestText } from './support/raw-connection.ts';

let graph: Graph | undefined;
afterEach(async () => {
  await graph?.close();
  graph = undefined;
});

const READ = requestText('{"query":"{ assistants { nodes { id } } }"}');
const tiny = (alias: string) => requestText(`{"query":"{ ${alias}: __typename }"}`);

test('requests that are pipelined are executed one at a time, in order', async () => {
  graph = await startGraph();
  const held = hold(graph, () => true);
  const connection = await connectTo(graph.url);
  connection.write(READ + READ + tiny('last'));
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

/** Sends requests while the first one waits for upstream. */
async function pipeline(count: number) {
  graph = await startGraph();
  const held = hold(graph, () => true);
  const connection = await connectTo(graph.url);
  connection.write(READ);
  await held.arrived(1);
  connection.write(Array.from({ length: count - 1 }, (_, index) => tiny(`a${index + 2}`)).join(''));
  return { held, connection };
}

test('as many requests as allowed can be unfinished on one connection', async () => {
  const { held, connection } = await pipeline(MAX_PIPELINED);
  await graph?.send('{ __typename }');
  held.release();
  await connection.received(new RegExp(`"a${MAX_PIPELINED}":"Query"`));
  await connection.close();
});

test('a connection with one more is closed', async () => {
  const { held, connection } = await pipeline(MAX_PIPELINED + 1);
  expect(await connection.closed).toBe('');
  held.release();
});

test('of all connections, as many requests as allowed can wait for those before them', async () => {
  const intake = createIntake(createBeginner());
  const responses: EventEmitter[] = [];
  const send = (socket: Socket) => {
    const response = new EventEmitter();
    responses.push(response);
    intake.add(socket, response, () => {});
  };
  const sockets = Array.from({ length: MAX_WAITING + 2 }, () => new Socket());
  for (const socket of sockets) send(socket);
  for (const socket of sockets.slice(0, MAX_WAITING)) send(socket);
  expect(sockets.some(({ destroyed }) => destroyed)).toBe(false);
  const [last = new Socket(), other = new Socket()] = sockets.slice(MAX_WAITING);
  send(last);
  expect(last.destroyed).toBe(true);
  // The first request of a connection has its response, so that the second no longer waits.
  responses[0]?.emit('close');
  send(other);
  expect(other.destroyed).toBe(false);
});

test('a query is answered between operations that arrive together on a WebSocket', async () => {
  graph = await startGraph();
  const socket = await connect(graph.url);
  const aliases = Array.from({ length: 300 }, (_, index) => `a${index}: __typename`).join(' ');
  const order: string[] = [];
  // Texts that differ, so that each is parsed and validated.
  for (let index = 0; index < 60; index++) {
    socket.send({
      type: 'subscribe',
      id: `o${index}`,
      payload: { query: `{ ${aliases} b${index}: __typename }` },
    });
  }
  const query = graph.send('{ __typename }').then(() => order.push('query'));
  while (order.filter((type) => type === 'complete').length < 60) order.push((await socket.next()).type);
  await query;
  expect(order.indexOf('query')).toBeLessThan(order.length - 1);
});

test('the event loop turns between requests that take long', async () => {
  const intake = createIntake(createBeginner());
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
