/** What takes long is divided into turns of the event loop, so that other clients do not wait for the whole of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Loaders } from '../../src/loaders/loaders.ts';
import { ConnectionError } from '../../src/rest/errors.ts';
import { createDocumentTurns } from '../../src/server/document-turns.ts';
import { createJsonWriter } from '../../src/server/json-writer.ts';
import type { Share } from '../../src/turns.ts';
import { type Graph, startGraph } from '../support/graph.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

/** How often the event loop turns while something is under way in this process. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = () => {
    if (isOver) return;
    turns++;
    setImmediate(count);
  };
  count();
  await work;
  isOver = true;
  return turns;
}

test('invalid arguments of hundreds of lists are refused in many turns', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `"thread_${index}"`);
  const lists = Array.from({ length: 100 }, (_, index) => `a${index}: messages(first: 101) { nodes { id } }`);
  const query = `{ threads(ids: [${ids.join(' ')}]) { ${lists.join(' ')} } }`;
  const sent = graph.send(query).then(({ errors }) => {
    expect(errors).toMatchObject([{ extensions: { errors: { BAD_USER_INPUT: 2000 } } }]);
  });
  // 20,000 fields' worth of work, at 2,500 a turn.
  expect(await turnsDuring(sent)).toBeGreaterThanOrEqual(8);
});

test('the fields of an object that cannot be read fail in a turn with room for all of them', async () => {
  const added: number[] = [];
  const turns: Share = {
    done: 0,
    add(work) {
      added.push(work);
      return undefined;
    },
  };
  const fail = () => Promise.reject(new ConnectionError('The upstream is unreachable', false));
  const reference = new Loaders({ call: fail, startRun: fail }, turns).referenceAt('Thread', ['thread_1']);
  const fields = await Promise.allSettled(Array.from({ length: 300 }, () => reference.load()));
  expect(fields.every(({ status }) => status === 'rejected')).toBe(true);
  expect(added).toEqual([10 * 300]);
});

test('short results that are ready at the same moment are written in many turns', async () => {
  const write = createJsonWriter();
  const result = { data: Array.from({ length: 5_000 }, (_, index) => ({ index })) };
  const texts = Promise.all(Array.from({ length: 300 }, () => write(result, 2 ** 30)));
  expect(await turnsDuring(texts)).toBeGreaterThan(4);
  expect((await texts).every(({ pieces }) => pieces.join('') === JSON.stringify(result))).toBe(true);
});

test('of long results that are ready at the same moment, only the first is written at once', () => {
  const write = createJsonWriter();
  let read = 0;
  const result = () => ({
    data: Array.from({ length: 1000 }, () => ({
      get text() {
        read++;
        return 'x'.repeat(64 * 1024);
      },
    })),
  });
  void write(result(), 2 ** 30);
  const readOfFirst = read;
  for (let index = 0; index < 10; index++) void write(result(), 2 ** 30);
  // Each is read until it is known to be longer than a piece, and written as far as the first.
  expect((read - readOfFirst) / 10).toBeLessThan(6);
});

test('a short document does not wait, and long ones share a turn for some milliseconds', async () => {
  const turns = createDocumentTurns();
  expect(turns.first('x'.repeat(2_000))).toBeUndefined();
  const order: string[] = [];
  setImmediate(() => order.push('others'));
  const parse = async (name: string) => {
    await turns.first('x'.repeat(2_001));
    order.push(name);
    const end = performance.now() + 10;
    while (performance.now() < end);
  };
  await Promise.all([parse('first'), parse('second')]);
  expect(order).toEqual(['first', 'others', 'second']);
});

test('a long document that is parsed goes on before others are parsed', async () => {
  const turns = createDocumentTurns();
  const text = 'x'.repeat(2_001);
  const order: string[] = [];
  const prepare = async (name: string) => {
    await turns.first(text);
    order.push(`parse ${name}`);
    await turns.next(text);
    order.push(`validate ${name}`);
  };
  await Promise.all([prepare('a'), prepare('b'), prepare('c')]);
  expect(order).toEqual(['a', 'b', 'c'].flatMap((name) => [`parse ${name}`, `validate ${name}`]));
});

test.each([
  ['parsed', `{ ${'__typename '.repeat(500)}`, 'GRAPHQL_PARSE_FAILED'],
  ['validated', `{ ${'nope '.repeat(500)} }`, 'GRAPHQL_VALIDATION_FAILED'],
])('a long document that cannot be %s is refused like a short one', async (_, query, code) => {
  const { errors } = await graph.send(query);
  expect(errors.map(({ extensions }) => extensions.code)).toContain(code);
});
