/** What an event selects beyond itself is read for that event, and whatever goes wrong with it ends nothing. */
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { OperationName } from '../../src/rest/operations.ts';
import type { Graph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { startFollowing, startRun } from './support/following.ts';
import { overWebSocket, transports } from './support/subscribe.ts';

const steps = 'steps(first: 10, order: ASC) { nodes { status } }';
const STATUS = parse(`subscription ($id: ID!) { runStatus(id: $id) { status ${steps} } }`);
const EVENTS = parse(
  `subscription ($id: ID!) { runEvents(id: $id) { ... on RunStatusChanged { status run { status ${steps} } } } }`,
);

/** Answers the calls of an operation with a status, until the function returned is called. */
function refuse(graph: Graph, name: OperationName, status: number): () => void {
  graph.upstream.intercept = ({ operation }, response) => {
    if (operation !== name) return false;
    response.writeHead(status).end('{"error":{"message":"No"}}');
    return true;
  };
  return () => {
    graph.upstream.intercept = undefined;
  };
}

describe.each(transports)('over %s', (_, subscribe) => {
  test('the steps of a run are those at the time of its status', async () => {
    const following = await startFollowing();
    const { graph } = following;
    const { id, turn } = await startRun(following);
    const statuses = subscribe(graph.url, STATUS, { id });
    const nodesIn = async () => Object((await statuses.next()).data).runStatus;
    expect(await nodesIn()).toEqual({ status: 'IN_PROGRESS', steps: { nodes: [] } });
    turn.call('alpha');
    expect(await nodesIn()).toEqual({
      status: 'REQUIRES_ACTION',
      steps: { nodes: [{ status: 'IN_PROGRESS' }] },
    });
    await graph.data(`mutation { cancelRun(input: { id: "${id}" }) { run { id } } }`);
    expect(await nodesIn()).toMatchObject({ status: 'CANCELLING' });
    expect(await nodesIn()).toEqual({ status: 'CANCELLED', steps: { nodes: [{ status: 'CANCELLED' }] } });
  });

  test('an error in the selection of one event is an error of that event', async () => {
    const following = await startFollowing();
    const { graph } = following;
    const { id, turn } = await startRun(following);
    const events = subscribe(graph.url, EVENTS, { id });
    const next = async () => {
      const { data, errors } = await events.next();
      return {
        ...Object(data).runEvents,
        codes: errors?.map(({ path, extensions }) => [path, extensions.code]),
      };
    };
    expect(await next()).toMatchObject({ status: 'QUEUED', codes: undefined });
    expect(await next()).toMatchObject({ status: 'IN_PROGRESS', codes: undefined });
    const allow = refuse(graph, 'listRunSteps', 403);
    turn.call('alpha');
    let event = await next();
    while (event.status === undefined) event = await next();
    expect(event).toEqual({
      status: 'REQUIRES_ACTION',
      run: { status: 'REQUIRES_ACTION', steps: null },
      codes: [[['runEvents', 'run', 'steps'], 'FORBIDDEN']],
    });
    allow();
    await graph.data(`mutation { cancelRun(input: { id: "${id}" }) { run { id } } }`);
    expect(await next()).toMatchObject({ status: 'CANCELLING', codes: undefined });
    expect((await events.rest()).at(-1)).toEqual({
      data: {
        runEvents: {
          status: 'CANCELLED',
          run: { status: 'CANCELLED', steps: { nodes: [{ status: 'CANCELLED' }] } },
        },
      },
    });
  });
});

test('an event does not get what was requested before its status', async () => {
  const following = await startFollowing();
  const { graph } = following;
  const { id, turn } = await startRun(following);
  const statuses = overWebSocket(graph.url, STATUS, { id });
  await statuses.next();
  const held = hold(graph, ({ operation }) => operation === 'listRunSteps');
  const query = graph.data(`{ thread(id: "${id.split('/')[0]}") { run(id: "${id}") { ${steps} } } }`);
  await held.arrived(1);
  turn.call('alpha');
  await held.arrived(2);
  held.release();
  expect(await statuses.next()).toMatchObject({
    data: { runStatus: { status: 'REQUIRES_ACTION', steps: { nodes: [{ status: 'IN_PROGRESS' }] } } },
  });
  await query;
});

test('an event whose selection takes too long says so, and the next one comes', async () => {
  const following = await startFollowing({ UPSTREAM_TIMEOUT_MS: '400' });
  const { graph } = following;
  const { id, turn } = await startRun(following);
  const statuses = overWebSocket(graph.url, STATUS, { id });
  await statuses.next();
  const held = hold(graph, ({ operation }) => operation === 'listRunSteps');
  turn.finish();
  expect(await statuses.next()).toMatchObject({
    data: { runStatus: { status: 'COMPLETED', steps: null } },
    errors: [{ path: ['runStatus', 'steps'], extensions: { code: 'UPSTREAM_TIMEOUT' } }],
  });
  expect(await statuses.rest()).toEqual([]);
  held.release();
});

test('an event that is too long says so, and the next one comes', async () => {
  const following = await startFollowing({ MAX_ANSWER: '300' });
  const { id, turn } = await startRun(following);
  const texts = overWebSocket(
    following.graph.url,
    parse('subscription ($id: ID!) { runEvents(id: $id) { ... on MessageDelta { text } } }'),
    { id },
  );
  for (const piece of ['short', 'x'.repeat(300), 'short again']) turn.write(piece);
  turn.finish();
  const results = (await texts.rest()).filter(({ data }) => Object(data).runEvents?.text ?? data === null);
  expect(results).toMatchObject([
    { data: { runEvents: { text: 'short' } } },
    { data: null, errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }] },
    { data: { runEvents: { text: 'short again' } } },
  ]);
});

test('an event may cost what an operation may cost, and no more', async () => {
  const following = await startFollowing({ MAX_CALLS: '13', MAX_NODES: '22' });
  const { graph } = following;
  const { id } = await startRun(following);
  const withSteps = (first: number) =>
    parse(
      `subscription ($id: ID!) { runStatus(id: $id) { steps(first: ${first}) { nodes { assistant { name } } } } }`,
    );
  const allowed = overWebSocket(graph.url, withSteps(10), { id });
  expect((await allowed.next()).errors).toBeUndefined();
  graph.upstream.calls.length = 0;
  expect(await overWebSocket(graph.url, withSteps(11), { id }).rest()).toMatchObject([
    { errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE', limits: { calls: 13, nodes: 22 } } }] },
  ]);
  expect(graph.upstream.calls).toEqual([]);
});
