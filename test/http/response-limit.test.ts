import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { askRest } from '../support/world.ts';

const TEXT = 'x'.repeat(100);
/** Three texts under names of two characters, and the names around them. */
const MAX_ANSWER = 3 * (2 + TEXT.length) + 'threadmessagesnodes'.length;

let graph: Graph;
let threadId: string;
beforeAll(async () => {
  graph = await startGraph({ MAX_ANSWER: String(MAX_ANSWER) });
  const messages = [{ role: 'user', content: TEXT }];
  threadId = (await askRest(graph.localUrl, '/threads', { messages })).id;
});
afterAll(() => graph.close());

const texts = (count: number) =>
  `{ thread(id: "${threadId}") { messages { nodes { ${Array.from({ length: count }, (_, index) => `a${index}: text`).join(' ')} } } } }`;

test('an answer may be as long as is allowed', async () => {
  const { data, errors } = await graph.send(texts(3));
  expect(errors).toEqual([]);
  expect(data).toEqual({ thread: { messages: { nodes: [{ a0: TEXT, a1: TEXT, a2: TEXT }] } } });
});

test('one that is longer is withheld, before it is written out', async () => {
  const { data, errors } = await graph.send(texts(4));
  expect(data).toBeNull();
  expect(errors).toMatchObject([
    { extensions: { code: 'QUERY_TOO_EXPENSIVE', limits: { answer: MAX_ANSWER } } },
  ]);
});
