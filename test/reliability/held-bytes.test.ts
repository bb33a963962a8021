/** What operations may hold of responses, each and together. */
import { expect, onTestFinished, test } from 'vitest';
import { type Graph, type GraphError, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { poll } from '../support/poll.ts';
import { json, message, padded } from './support/messages.ts';
import { codesOf } from './support/reads.ts';

/** Threads under names of their own, each with a list of a body of this length. */
async function startBounded(env: Record<string, string>, bodyBytes: number): Promise<Graph> {
  const bounded = await startGraph(env);
  onTestFinished(() => bounded.close());
  bounded.upstream.intercept = ({ path }, response) => {
    const thread_id = path.split('/')[2];
    const page = (text: string) =>
      JSON.stringify({ data: [message('msg_1', text, { thread_id })], has_more: false });
    return Boolean(response.writeHead(200, json).end(padded(bodyBytes, page)));
  };
  return bounded;
}

const listOf = (name: string) => `${name}: thread(id: "${name}") { messages { nodes { role } } }`;
const lists = (count: number) =>
  `{ ${Array.from({ length: count }, (_, index) => listOf(`t${index}`)).join(' ')} }`;

test('an operation may hold MAX_OPERATION_BYTES, and past them it fails and sends nothing more', async () => {
  // With one connection, one list after the other.
  const settings = { MAX_OPERATION_BYTES: '300000', UPSTREAM_CONNECTIONS: '1' };
  const bounded = await startBounded(settings, 100_000);
  expect((await bounded.send(lists(3))).errors).toEqual([]);
  bounded.upstream.calls.length = 0;
  const { data, errors } = await bounded.send<Record<string, { messages: unknown } | null>, object>(
    lists(20),
  );
  expect(codesOf(errors)).toEqual({ QUERY_TOO_EXPENSIVE: 17 });
  expect(errors[0]).toMatchObject({
    message: 'The operation reads more than 300000 bytes from the upstream: request fewer objects at a time',
    extensions: { limits: { operationBytes: 300_000 } },
  });
  // What was read before is there.
  expect(Object.values(data ?? {}).filter((thread) => thread?.messages)).toHaveLength(3);
  expect(bounded.upstream.calls).toHaveLength(4);
  expect(bounded.transport.traffic.counts()).toEqual({ connections: 0, bytes: 0, waiting: 0 });
});

test('a response that operations share counts for each of them', async () => {
  const bounded = await startBounded({ MAX_OPERATION_BYTES: '150000' }, 100_000);
  const held = hold(bounded, () => true);
  const results = ['a', 'b'].map((name) => bounded.send(`{ ${listOf('shared')} ${listOf(name)} }`));
  await held.arrived(3);
  await bounded.send('{ __typename }');
  expect(held.count).toBe(3);
  held.release();
  for (const { errors } of await Promise.all(results))
    expect(codesOf(errors)).toEqual({ QUERY_TOO_EXPENSIVE: 1 });
});

test('a write is carried out whatever its response holds', async () => {
  const bounded = await startGraph({ MAX_OPERATION_BYTES: '10' });
  const { data } = await bounded.send('mutation { createThread { thread { id } } }');
  expect(data).toMatchObject({ createThread: { thread: { id: expect.any(String) } } });
  await bounded.close();
});

test('past MAX_UPSTREAM_BYTES operations wait, the oldest goes on, and all succeed', async () => {
  const bounded = await startBounded({ MAX_UPSTREAM_BYTES: '700000' }, 400_000);
  const held = hold(bounded, ({ path }) => path.includes('/slow'));
  const { traffic } = bounded.transport;
  // Each holds 400,000 bytes until its other list comes. The second would have to wait, but nobody else does.
  const slow: Promise<{ errors: readonly GraphError[] }>[] = [];
  for (const [name, bytes] of [
    ['a', 400_000],
    ['b', 800_000],
  ] as const) {
    slow.push(bounded.send(`{ ${listOf(name)} ${listOf(`slow_${name}`)} }`));
    await poll(
      async () => traffic.counts().bytes,
      (held) => held === bytes,
    );
  }
  await held.arrived(2);
  bounded.upstream.calls.length = 0;
  const late = Array.from({ length: 10 }, (_, index) => bounded.send(`{ ${listOf(`late_${index}`)} }`));
  await poll(
    async () => traffic.counts().waiting,
    (waiting) => waiting === 10,
  );
  // They wait before they are sent.
  expect(bounded.upstream.calls).toEqual([]);
  held.release();
  for (const { errors } of await Promise.all([...slow, ...late])) expect(errors).toEqual([]);
  expect(traffic.counts()).toEqual({ connections: 0, bytes: 0, waiting: 0 });
});
