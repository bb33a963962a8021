import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { callRest } from '../support/world.ts';

const TEXT = 'x'.repeat(100);
/** Length of a response with three texts: the texts with their aliases of two characters, and the names around them. */
const MAX_ANSWER = 3 * (2 + TEXT.length) + 'threadmessagesnodes'.length;

let graph: Graph;
let threadId: string;
beforeAll(async () => {
  graph = await startGraph({ MAX_ANSWER: String(MAX_ANSWER) });
  const messages = [{ role: 'user', content: TEXT }];
  threadId = (await callRest(graph.localUrl, '/threads', { messages })).id;
});
afterAll(() => graph.close());

const texts = (count: number) =>
  `{ thread(id: "${threadId}") { messages { nodes { ${Array.from({ length: count }, (_, index) => `a${index}: text`).join(' ')} } } } }`;

test('a response of the maximum length is sent', async () => {
  const { data, errors } = await graph.send(texts(3));
  expect(errors).toEqual([]);
  expect(data).toEqual({ thread: { messages: { nodes: [{ a0: TEXT, a1: TEXT, a2: TEXT }] } } });
});

test('a longer response is replaced by an error before it is serialized', async () => {
  const { data, errors } = await graph.send(texts(4));
  expect(data).toBeNull();
  expect(errors).toMatchObject([
    { extensions: { code: 'QUERY_TOO_EXPENSIVE', limits: { answer: MAX_ANSWER } } },
  ]);
});
