/** What subscriptions take for a run and for a cursor, and what they refuse before anything is watched. */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { FollowEventsDocument } from '../generated/operations.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { callRest, finishRun } from '../support/world.ts';
import { type EventResult, overWebSocket, type Subscribe, transports } from './support/subscribe.ts';
import { allEvents } from './support/told.ts';

type Document = TypedDocumentNode<Record<string, unknown>, Record<string, unknown>>;

const document = (source: string): Document => parse(source);
const subscriptions: [name: string, Document][] = [
  ['runStatus', document('subscription ($id: ID!) { runStatus(id: $id) { status } }')],
  [
    'runEvents',
    document('subscription ($id: ID!, $after: String) { runEvents(id: $id, after: $after) { cursor } }'),
  ],
];

let graph: Graph;
let threadId: string;
let runIds: string[];
beforeAll(async () => {
  graph = await startGraph();
  const { id: assistantId } = await callRest(graph.localUrl, '/assistants', { model: 'offline' });
  threadId = (await callRest(graph.localUrl, '/threads', {})).id;
  runIds = [
    await finishRun(graph.localUrl, threadId, assistantId),
    await finishRun(graph.localUrl, threadId, assistantId),
  ];
});
afterAll(() => graph.close());

/** The one error of a subscription that does not start. */
async function refusal(
  subscribe: Subscribe,
  source: Document,
  variables: Record<string, unknown>,
): Promise<unknown> {
  const results: EventResult<unknown>[] = await subscribe(graph.url, source, variables).rest();
  expect(results).toMatchObject([{ errors: [expect.anything()] }]);
  expect(results[0]?.data ?? null).toBeNull();
  expect(graph.counts()).toMatchObject({ subscriptions: 0, followers: 0 });
  return results[0]?.errors?.[0];
}

const globalId = (type: string, ...path: string[]) =>
  Buffer.from(`${type}:${path.join('/')}`).toString('base64url');

const IMPOSSIBLE = [
  ...[
    '',
    '.',
    '..',
    '/',
    'run_1',
    'a//b',
    '../b',
    'a/..',
    '/run_1',
    'thread_1/',
    'a/b/c',
    '\uD800/b',
    'a/\uDC00',
  ],
  ...[globalId('Run', 'a', ''), globalId('Run', '..', 'b'), globalId('Run', 'a'), globalId('Thread', 'a')],
  ...[globalId('Message', 'a', 'b'), globalId('RunStep', 'a', 'b', 'c'), globalId('run', 'a', 'b')],
];

describe.each(transports)('over %s', (_, subscribe) => {
  describe.each(subscriptions)('%s', (name, source) => {
    test('refuses an ID that cannot be that of a run, and sends nothing', async () => {
      graph.upstream.calls.length = 0;
      for (const id of IMPOSSIBLE) {
        expect({ id, error: await refusal(subscribe, source, { id }) }).toMatchObject({
          id,
          error: { path: [name], extensions: { code: 'BAD_USER_INPUT', argument: 'id' } },
        });
      }
      expect(graph.upstream.calls).toEqual([]);
    });

    test('takes any other text for the ID that it is', async () => {
      for (const part of [
        'a\0b',
        'a\nb',
        'a b',
        'ä日本🙂',
        'a?b=c',
        'a#b',
        'a%2Fb',
        '%2e%2e',
        'a\\b',
        "a'b",
        '5',
      ]) {
        graph.upstream.calls.length = 0;
        const error = await refusal(subscribe, source, { id: `thread_1/${part}` });
        expect({ part, error }).toMatchObject({ part, error: { extensions: { code: 'NOT_FOUND' } } });
        expect(decodeURIComponent(graph.upstream.calls[0]?.path ?? '')).toBe(
          `/threads/thread_1/runs/${part}`,
        );
      }
    });

    test('fails with NOT_FOUND if there is no such run', async () => {
      for (const id of [`${threadId}/run_none`, `thread_none/${runIds[0]}`]) {
        const error = await refusal(subscribe, source, { id });
        expect(error).toMatchObject({
          message: expect.stringContaining('found'),
          path: [name],
          extensions: { code: 'NOT_FOUND', upstream: { status: 404 } },
        });
      }
    });

    test('refuses an ID that is longer than a path can be', async () => {
      const error = await refusal(subscribe, source, { id: `thread_1/${'x'.repeat(100_000)}` });
      expect(error).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    });

    test('takes the global ID of a run and its path', async () => {
      const [runId = ''] = runIds;
      for (const id of [encodeGlobalId('Run', [threadId, runId]), `${threadId}/${runId}`]) {
        const [first] = await subscribe(graph.url, source, { id }).rest();
        expect(first?.errors).toBeUndefined();
      }
    });
  });

  test('a cursor that is none of this run is refused', async () => {
    const [mine, other] = await Promise.all(runIds.map((runId) => cursorsOf(`${threadId}/${runId}`)));
    const [cursor = ''] = mine ?? [];
    const beyond = cursor.slice(0, 20) + Buffer.alloc(6, 0x7f).toString('base64url');
    const foreign = [other?.[0], other?.at(-1), cursor.slice(0, -1), `${cursor}A`, ` ${cursor}`, beyond];
    const nonsense = [
      '',
      ' ',
      'null',
      '0',
      'ä',
      '\uD800',
      `${cursor}\n`,
      'x'.repeat(28),
      'x'.repeat(100_000),
    ];
    const [, source] = subscriptions[1] ?? [];
    if (source === undefined) throw new Error('No subscription takes a cursor');
    for (const after of [...foreign, ...nonsense]) {
      const error = await refusal(subscribe, source, { id: `${threadId}/${runIds[0]}`, after });
      expect({ after, error }).toMatchObject({
        after,
        error: { path: ['runEvents'], extensions: { code: 'BAD_USER_INPUT', argument: 'after' } },
      });
    }
  });

  test('null for a cursor is as none', async () => {
    const id = `${threadId}/${runIds[0]}`;
    const events = await allEvents(subscribe(graph.url, FollowEventsDocument, { id, after: null }));
    expect(events.map(({ cursor }) => cursor)).toEqual(await cursorsOf(id));
  });
});

async function cursorsOf(id: string): Promise<string[]> {
  const events = await allEvents(overWebSocket(graph.url, FollowEventsDocument, { id }));
  return events.map(({ cursor }) => cursor);
}
