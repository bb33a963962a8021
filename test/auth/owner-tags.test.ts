/** OWNERS=metadata: the pair in the metadata of threads that says whose they are. */
import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createServer } from '../../src/server.ts';
import type { Graph } from '../support/graph.ts';
import { postOperation } from '../support/http.ts';
import type { World } from '../support/world.ts';
import {
  env,
  giveToAnna,
  headersOf,
  SECRET,
  sendAs,
  startOwnedGraph,
  stored,
  TAG,
} from './support/owned-graph.ts';

let graph: Graph;
let world: World;
let tag: string;
beforeAll(async () => {
  ({ graph, world, tag } = await startOwnedGraph());
});
afterAll(() => graph.close());

test('the pair is written with each new thread, kept by modifyThread, and never shown', async () => {
  const thread = 'thread { restId metadata }';
  const create = `mutation ($id: ID!) {
    plain: createThread { ${thread} }
    named: createThread(input: { metadata: { topic: "pears" } }) { ${thread} }
    run: createThreadAndRun(input: { assistantId: $id }) { ${thread} }
    both: createThreadAndRun(input: { assistantId: $id, stream: false, thread: { metadata: { topic: "figs" } } }) { ${thread} }
  }`;
  type Created = Record<string, { thread: { restId: string; metadata: object } }>;
  const created = await sendAs<Created>(graph, 'anna', create, { id: world.assistantIds[1] });
  const shown = Object.values(created).map(({ thread }) => thread.metadata);
  expect(shown).toEqual([{}, { topic: 'pears' }, {}, { topic: 'figs' }]);
  for (const { thread } of Object.values(created)) {
    const { metadata } = await stored(graph, thread.restId);
    expect(metadata).toEqual({ ...thread.metadata, graphql_owner: tag });
  }
  const id = created.named?.thread.restId;
  const modify = `mutation ($id: ID!, $metadata: Metadata) {
    modifyThread(input: { id: $id, metadata: $metadata }) { ${thread} }
  }`;
  for (const metadata of [{ topic: 'plums' }, {}, null]) {
    expect(await sendAs(graph, 'anna', modify, { id, metadata })).toEqual({
      modifyThread: { thread: { restId: id, metadata: metadata ?? {} } },
    });
    expect(await stored(graph, id ?? '')).toMatchObject({ metadata: { ...metadata, graphql_owner: tag } });
  }
  expect(tag).toMatch(TAG);
});

test('clients keep 15 pairs, and cannot set the one of the server', async () => {
  const pairs = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, 'value']));
  const { threadId } = world;
  const writes: [query: string, argument: string][] = [
    [
      'mutation ($m: Metadata) { createThread(input: { metadata: $m }) { thread { metadata } } }',
      'input.metadata',
    ],
    [
      `mutation ($m: Metadata) { modifyThread(input: { id: "${threadId}", metadata: $m }) { thread { metadata } } }`,
      'input.metadata',
    ],
    [
      `mutation ($m: Metadata) { createThreadAndRun(input: { assistantId: "${world.assistantIds[1]}", thread: { metadata: $m } }) { thread { metadata } } }`,
      'input.thread.metadata',
    ],
  ];
  for (const [query, argument] of writes) {
    const refusal = async (m: object) => {
      const before = graph.upstream.calls.length;
      const { errors } = await graph.send(query, { m }, headersOf('anna'));
      expect(graph.upstream.calls).toHaveLength(before);
      return errors;
    };
    expect(await refusal(pairs(16))).toMatchObject([
      {
        message: `\`${argument}\` must have at most 15 pairs`,
        extensions: { code: 'BAD_USER_INPUT', argument },
      },
    ]);
    for (const owner of [tag, 'x', '']) {
      expect(await refusal({ graphql_owner: owner })).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', argument } },
      ]);
    }
    expect(JSON.stringify(await sendAs(graph, 'anna', query, { m: pairs(15) }))).toContain('key-14');
  }
  await giveToAnna({ graph, world, tag });
});

test('a secret can be replaced: threads of the old one keep their owners', async () => {
  const start = async (OWNERS_SECRET: string) => {
    const server = await createServer({
      config: readConfig({
        ...env,
        PORT: '0',
        UPSTREAM_URL: graph.upstream.url,
        UPSTREAM_API_KEY: 'key',
        OWNERS_SECRET,
      }),
      transport: graph.transport,
      streams: undefined,
      log: pino({ level: 'silent' }),
    });
    onTestFinished(server.close);
    return async (name: string, query: string) => {
      const { text } = await postOperation(server.url, { query }, headersOf(name));
      return JSON.parse(text);
    };
  };
  const query = `{ thread(id: "${world.threadId}") { createdAt } }`;
  const newSecret = 'another-secret-of-the-same-deployment';
  const rotated = await start(`${newSecret}, ${SECRET}`);
  expect((await rotated('anna', query)).data.thread).not.toBeNull();
  expect((await rotated('berta', query)).data.thread).toBeNull();
  await rotated(
    'anna',
    `mutation { modifyThread(input: { id: "${world.threadId}", metadata: {} }) { thread { id } } }`,
  );
  const renewed = (await stored(graph, world.threadId)).metadata.graphql_owner;
  expect(renewed).toMatch(TAG);
  expect(renewed).not.toBe(tag);
  const stranger = await start('a-secret-of-a-different-deployment');
  expect((await stranger('anna', query)).data.thread).toBeNull();
  await giveToAnna({ graph, world, tag });
});
