/** An operation logs once what failed and how often. */
import { GraphQLError } from 'graphql';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { HttpStatusError } from '../../src/rest/errors.ts';
import { createErrorMask } from '../../src/server/mask-error.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { recordLog } from '../support/record-log.ts';
import { threads } from './support/reads.ts';

interface Entry {
  readonly level: number;
  readonly msg: string;
  readonly failures?: readonly { code: string; operation: string; status: number; count: number }[];
  readonly others?: number;
  readonly count?: number;
}

// At the level of `info`, each request has an entry too.
const { log, lines, entries } = recordLog<Entry>('warn');

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({}, { log });
});
beforeEach(() => {
  lines.length = 0;
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

test('one entry for all failures of an operation, by code, REST operation and status', async () => {
  graph.upstream.intercept = ({ path }, response) => {
    const status = path.includes('messages') ? 418 : path.startsWith('/assistants') ? 403 : 404;
    return Boolean(response.writeHead(status, { 'x-request-id': 'req_1' }).end('{}'));
  };
  const lists = Array.from(
    { length: 40 },
    (_, index) => `m${index}: messages(first: ${index + 1}) { nodes { id } }`,
  );
  await graph.send(
    `{ thread(id: "t") { ${lists.join(' ')} } assistants { nodes { id } } ${threads(9).slice(1)}`,
  );
  expect(entries()).toMatchObject([
    {
      level: 40,
      msg: 'upstream failures',
      failures: [
        { code: 'UPSTREAM_ERROR', operation: 'listMessages', status: 418, count: 40, requestId: 'req_1' },
        { code: 'FORBIDDEN', operation: 'listAssistants', status: 403, count: 1 },
      ],
    },
  ]);
});

test('failures past MAX_ERRORS are counted too', async () => {
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(403).end('{}'));
  const names = Array.from({ length: 100 }, (_, index) => `m${index}: messages(first: 1) { nodes { id } }`);
  const ids = Array.from({ length: 20 }, (_, index) => `"${index}"`);
  const { errors } = await graph.send(`{ threads(ids: [${ids.join(' ')}]) { ${names.join(' ')} } }`);
  expect(errors).toMatchObject([{ extensions: { errors: { FORBIDDEN: 2000 } } }]);
  expect(entries()).toMatchObject([
    { failures: [{ code: 'FORBIDDEN', operation: 'listMessages', count: 2000 }] },
  ]);
});

test('a request that the client got wrong is not logged', async () => {
  graph.upstream.intercept = (_, response) => Boolean(response.writeHead(400).end('{}'));
  await graph.send(threads(3));
  expect(entries()).toEqual([]);
});

test.each([
  [20, undefined],
  [21, 1],
  [25, 5],
])('of %i kinds of failures, at most 20 are told apart', async (kinds, others) => {
  const mask = createErrorMask(log);
  for (let status = 500; status < 500 + kinds; status++) {
    const details = { status, type: undefined, code: undefined, param: undefined, requestId: undefined };
    mask(new HttpStatusError('Failed', details));
  }
  await undefined;
  expect(entries()).toHaveLength(1);
  expect(entries()[0]?.failures).toHaveLength(20);
  expect(entries()[0]?.others).toBe(others);
});

test('equal unexpected errors are one entry with one stack trace, and of different ones there are five', async () => {
  const mask = createErrorMask(log);
  const fail = (message: string) => new GraphQLError('Failed', { originalError: new TypeError(message) });
  for (let index = 0; index < 1000; index++) mask(fail('again and again'));
  for (let index = 0; index < 10; index++) mask(fail(`planted ${index}`));
  await undefined;
  expect(entries().map(({ level, msg, count }) => ({ level, msg, count }))).toEqual([
    { level: 50, msg: 'unexpected error', count: 1000 },
    ...Array(4).fill({ level: 50, msg: 'unexpected error', count: 1 }),
    { level: 50, msg: 'other unexpected errors', count: 6 },
  ]);
});
