import { buildSchema, graphql } from 'graphql';
import { expect, test } from 'vitest';
import {
  AbortedError,
  ConnectionError,
  HttpStatusError,
  OutcomeUnknownError,
} from '../../src/rest/errors.ts';
import { createErrorMask } from '../../src/server/mask-error.ts';
import { recordLog } from '../support/record-log.ts';

const schema = buildSchema('type Query { count: Int! places(first: Int!): Int }');

/** The only error of a response after masking, and the entries that were logged. */
async function masked(source: string, rootValue: object, variableValues = {}) {
  const { log, entries } = recordLog();
  const mask = createErrorMask(log);
  const { errors = [] } = await graphql({ schema, source, rootValue, variableValues });
  expect(errors).toHaveLength(1);
  const error = Object(mask(errors[0])).toJSON();
  // What is masked in one go is logged after it.
  await undefined;
  return { error, logged: entries() };
}

test.each([
  ['a null where none may be', { count: null }],
  ['a value of another type', { count: 'many' }],
  ['an exception', { count: () => Promise.reject(new TypeError('planted')) }],
])('%s in a result is an internal error: logged, and hidden from the client', async (_, rootValue) => {
  const { error, logged } = await masked('{ count }', rootValue);
  expect(error).toMatchObject({
    message: 'Internal server error',
    path: ['count'],
    locations: [{ line: 1, column: 3 }],
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
  expect(logged).toHaveLength(1);
});

test('an invalid argument is an error of the client, and not logged', async () => {
  const { error, logged } = await masked('query ($n: Int = 1) { places(first: $n) }', {}, { n: null });
  expect(error).toMatchObject({ path: ['places'], extensions: { code: 'BAD_USER_INPUT' } });
  expect(logged).toEqual([]);
});

test.each([
  [
    'a key that the upstream rejects',
    new HttpStatusError('No.', {
      status: 401,
      type: undefined,
      code: undefined,
      param: undefined,
      requestId: 'req_1',
    }),
    'UNAUTHENTICATED',
  ],
  [
    'an upstream that is down',
    new ConnectionError('Down', false, new Error('connect ECONNREFUSED')),
    'UPSTREAM_UNAVAILABLE',
  ],
  ['an unknown outcome', new OutcomeUnknownError(new ConnectionError('Broke off', true)), 'OUTCOME_UNKNOWN'],
])('%s is logged for the operator', async (_, failure, code) => {
  const { error, logged } = await masked('{ count }', { count: () => Promise.reject(failure) });
  expect(error.extensions.code).toBe(code);
  expect(logged).toMatchObject([{ level: 40, failures: [{ code, count: 1 }] }]);
});

test('a missing object and a client that disconnected are not logged', async () => {
  const details = { status: 404, type: undefined, code: undefined, param: undefined, requestId: undefined };
  for (const failure of [new HttpStatusError('Not found.', details), new AbortedError('Gone')]) {
    const { logged } = await masked('{ count }', { count: () => Promise.reject(failure) });
    expect(logged).toEqual([]);
  }
});
