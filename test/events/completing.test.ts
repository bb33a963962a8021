/** What follows on a WebSocket when a client or the server ends a subscription. */
import { expect, test } from 'vitest';
import { hold } from '../support/hold.ts';
import { poll } from '../support/poll.ts';
import { foreignRun, startFollowing, startRun } from './support/following.ts';
import { connect, type RawSocket } from './support/raw-socket.ts';

const statusOf = (id: string) => `subscription { runStatus(id: "${id}") { status } }`;

/** The socket is open, and has received nothing else. */
async function expectNothingMore(socket: RawSocket) {
  socket.subscribe('last', '{ __typename }');
  expect(await socket.next()).toMatchObject({ type: 'next', id: 'last' });
  expect(await socket.next()).toEqual({ type: 'complete', id: 'last' });
}

test('nothing follows of a subscription that the client has completed', async () => {
  const following = await startFollowing();
  const { id, turn } = await startRun(following);
  const [one, other] = [await connect(following.graph.url), await connect(following.graph.url)];
  for (const socket of [one, other]) {
    socket.subscribe('1', statusOf(id));
    expect(await socket.next()).toMatchObject({ type: 'next', id: '1' });
  }
  one.send({ type: 'complete', id: '1' });
  await poll(
    async () => following.graph.counts(),
    ({ followers }) => followers === 1,
  );
  turn.finish();
  expect(await other.next()).toMatchObject({ payload: { data: { runStatus: { status: 'COMPLETED' } } } });
  expect(await other.next()).toEqual({ type: 'complete', id: '1' });
  await expectNothingMore(one);
});

test('nothing follows of a subscription that the client has completed before its run was found', async () => {
  const following = await startFollowing();
  const { id } = await foreignRun(following);
  const held = hold(following.graph, ({ operation }) => operation === 'getRun');
  const socket = await connect(following.graph.url);
  socket.subscribe('1', statusOf(id));
  await held.arrived(1);
  socket.send({ type: 'complete', id: '1' });
  held.release();
  await poll(
    async () => following.graph.counts(),
    ({ subscriptions, watchers }) => subscriptions === 0 && watchers === 1,
  );
  await expectNothingMore(socket);
});

test('a run that can no longer be watched ends its subscription, and not the socket', async () => {
  const following = await startFollowing({ UPSTREAM_STREAMING: 'off' });
  const { graph } = following;
  const { id } = await foreignRun(following);
  const socket = await connect(graph.url);
  socket.subscribe('1', statusOf(id));
  expect(await socket.next()).toMatchObject({ type: 'next', id: '1' });
  graph.upstream.intercept = ({ operation }, response) =>
    /getRun|listRuns/.test(operation ?? '') && Boolean(response.writeHead(404).end('{}'));
  expect(await socket.next()).toMatchObject({
    type: 'next',
    payload: { data: null, errors: [{ extensions: { code: 'NOT_FOUND' } }] },
  });
  expect(await socket.next()).toEqual({ type: 'complete', id: '1' });
  await expectNothingMore(socket);
});
