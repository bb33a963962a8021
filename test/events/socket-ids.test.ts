/** A client may use the ID of an operation again at once when it has completed it. */
import { expect, test } from 'vitest';
import { hold } from '../support/hold.ts';
import { startFollowing, startRun } from './support/following.ts';
import { connect } from './support/raw-socket.ts';

const LIST = '{ assistants { nodes { id } } }';

test('a subscription is not ended by what is left of an earlier one with its ID', async () => {
  const following = await startFollowing();
  const { graph } = following;
  const { id, turn } = await startRun(following);
  const socket = await connect(graph.url);
  const subscription = `subscription { runStatus(id: "${id}") { status } }`;
  socket.subscribe('1', subscription);
  expect(await socket.next()).toMatchObject({ type: 'next' });
  socket.send({ type: 'complete', id: '1' });
  socket.subscribe('1', subscription);
  expect(await socket.next()).toMatchObject({ payload: { data: { runStatus: { status: 'IN_PROGRESS' } } } });
  turn.finish();
  expect(await socket.next()).toMatchObject({ payload: { data: { runStatus: { status: 'COMPLETED' } } } });
  expect(await socket.next()).toEqual({ type: 'complete', id: '1' });
  expect(graph.counts().followers).toBe(0);
});

test('a query does not get the result of an earlier one with its ID', async () => {
  const { graph } = await startFollowing();
  const held = hold(graph, ({ operation }) => operation === 'listAssistants');
  const socket = await connect(graph.url);
  socket.subscribe('1', LIST);
  await held.arrived(1);
  socket.send({ type: 'complete', id: '1' });
  socket.subscribe('1', '{ __typename }');
  expect(await socket.next()).toEqual({ type: 'next', id: '1', payload: { data: { __typename: 'Query' } } });
  expect(await socket.next()).toEqual({ type: 'complete', id: '1' });
  held.release();
});

test('an operation waits for a mutation with its ID, and may be completed meanwhile', async () => {
  const { graph } = await startFollowing();
  const held = hold(graph, ({ operation }) => operation === 'createThread');
  const socket = await connect(graph.url);
  for (const id of ['1', '2']) socket.subscribe(id, 'mutation { createThread { thread { id } } }');
  await held.arrived(2);
  for (const id of ['1', '2']) {
    socket.send({ type: 'complete', id });
    socket.subscribe(id, `{ __typename id${id}: __typename }`);
  }
  socket.send({ type: 'complete', id: '1' });
  socket.subscribe('3', '{ __typename }');
  expect(await socket.next()).toMatchObject({ type: 'next', id: '3' });
  expect(await socket.next()).toMatchObject({ type: 'complete', id: '3' });
  held.release();
  expect(await socket.next()).toMatchObject({ id: '2', payload: { data: { id2: 'Query' } } });
  expect(await socket.next()).toEqual({ type: 'complete', id: '2' });
  socket.subscribe('4', '{ __typename }');
  expect(await socket.next()).toMatchObject({ type: 'next', id: '4' });
});

test('two operations may not wait with one ID', async () => {
  const { graph } = await startFollowing();
  const held = hold(graph, ({ operation }) => operation === 'createThread');
  const socket = await connect(graph.url);
  socket.subscribe('1', 'mutation { createThread { thread { id } } }');
  await held.arrived(1);
  socket.send({ type: 'complete', id: '1' });
  socket.subscribe('1', '{ __typename }');
  socket.subscribe('1', '{ __typename }');
  expect((await socket.closed)[0]).toBe(4409);
  held.release();
});

test('operations that the client has completed count until they have finished', async () => {
  const { graph } = await startFollowing({ MAX_SOCKET_OPERATIONS: '2' });
  const held = hold(graph, ({ operation }) => operation === 'createThread');
  const socket = await connect(graph.url);
  for (const id of ['1', '2']) {
    socket.subscribe(id, 'mutation { createThread { thread { id } } }');
    await held.arrived(Number(id));
    socket.send({ type: 'complete', id });
  }
  socket.subscribe('3', '{ __typename }');
  expect(await socket.next()).toMatchObject({
    type: 'error',
    id: '3',
    payload: [
      { message: expect.stringContaining('At most 2 operations'), extensions: { code: 'RATE_LIMITED' } },
    ],
  });
  held.release();
});
