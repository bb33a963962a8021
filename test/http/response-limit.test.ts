import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Graph, startGraph } from '../support/graph.ts';
import { postOperation } from '../support/http.ts';
import { callRest, createWorld, type World } from '../support/world.ts';

const MAX_ANSWER = 50_000;

let graph: Graph;
let world: World;
beforeAll(async () => {
  graph = await startGraph({ MAX_ANSWER: String(MAX_ANSWER) });
  world = await createWorld(graph.localUrl);
});
afterAll(() => graph.close());

type Send = (query: string, variables?: object) => Promise<string>;

/** The result of an operation as text, however it is sent. */
const transports: readonly (readonly [string, Send])[] = [
  ['a response', async (query, variables) => (await postOperation(graph.url, { query, variables })).text],
  [
    'an event of a response stream',
    async (query, variables) => {
      const accept = 'text/event-stream';
      const { text } = await postOperation(graph.url, { query, variables }, { accept });
      return /^data: (.+)$/m.exec(text)?.[1] ?? '';
    },
  ],
  [
    'a message of a WebSocket',
    async (query, variables = {}) => {
      const client = createClient({ url: graph.url.replace('http', 'ws'), webSocketImpl: WebSocket });
      const { value } = await client.iterate({ query, variables: { ...variables } }).next();
      await client.dispose();
      return JSON.stringify(value);
    },
  ],
];

const tooLong = {
  data: null,
  errors: [
    {
      message: `The response is longer than ${MAX_ANSWER} bytes: request less at a time`,
      extensions: { code: 'QUERY_TOO_EXPENSIVE', limits: { answer: MAX_ANSWER } },
    },
  ],
};

describe.each(transports)('the length of %s', (_, send) => {
  const query = 'query ($id: ID!) { thread(id: $id) { messages { nodes { text } } } }';
  const create = async (content: string) => {
    const { id } = await callRest(graph.localUrl, '/threads', { messages: [{ role: 'user', content }] });
    return id;
  };
  const empty = JSON.stringify({ data: { thread: { messages: { nodes: [{ text: '' }] } } } });

  test.each([
    ['letters', 'x', 1],
    ['letters of three bytes', '本', 3],
    ['letters of two UTF-16 units', '\u{1f600}', 4],
    ['characters that are escaped', '\u0001', 6],
  ])('counts %s as they are sent', async (_, letter, bytes) => {
    const room = MAX_ANSWER - empty.length;
    const content = letter.repeat(Math.floor(room / bytes)) + 'x'.repeat(room % bytes);
    const longest = await send(query, { id: await create(content) });
    expect(Buffer.byteLength(longest)).toBe(MAX_ANSWER);
    expect(JSON.parse(longest).data.thread.messages.nodes[0].text).toBe(content);
    expect(JSON.parse(await send(query, { id: await create(`${content}x`) }))).toEqual(tooLong);
  });

  test('counts errors', async () => {
    const invalid = (count: number) =>
      `{ ${Array.from({ length: count }, (_, index) => `a${index}: node(id: "x") { id }`).join(' ')} }`;
    expect(JSON.parse(await send(invalid(200))).errors).toHaveLength(200);
    expect(JSON.parse(await send(invalid(400)))).toEqual(tooLong);
  });
});

test('the length of an event of a subscription is limited in the same way', async () => {
  const aliases = Array.from({ length: 300 }, (_, index) => `${'a'.repeat(200)}${index}: status`).join(' ');
  const [, send] = transports[1] ?? [];
  const query = `subscription ($id: ID!) { runStatus(id: $id) { ${aliases} } }`;
  const result = await send?.(query, { id: `${world.threadId}/${world.runIds[0]}` });
  expect(JSON.parse(result ?? '')).toEqual(tooLong);
});
