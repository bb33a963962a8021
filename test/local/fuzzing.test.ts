import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fileOperations } from '../../src/local/http/file-operations.ts';
import { requestBodies } from '../../src/local/http/request-bodies.ts';
import { operations } from '../../src/rest/operations.ts';
import { addAssistant, addRun, getWeather } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';

const FIELDS = [...new Set(Object.values(requestBodies).flatMap((body) => Object.keys(body.shape)))];
const INNER_FIELDS = [
  'type',
  'function',
  'name',
  'role',
  'content',
  'tool_call_id',
  'output',
  'messages',
  'last_messages',
];

/** Values that are valid in some field, and values that are valid in none. */
const value = (existingIds: readonly string[]) =>
  fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(
        ...existingIds,
        'auto',
        'none',
        'function',
        'retrieval',
        'user',
        'last_messages',
        'json_object',
        'get_weather',
      ),
      fc.constantFrom(null, true, false, 0, 1, 256, -1, 1.5, 1e300, '', '\u0000', '\ud800', '__proto__'),
      fc.string({ unit: 'binary' }),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...INNER_FIELDS), fc.string()), tie('any'), { maxKeys: 4 }),
    ),
  })).any;

it('the local API responds to any request without an internal error', async () => {
  const api = await startApi();
  const assistant = await addAssistant(api, { tools: [getWeather] });
  const run = await addRun(api, 'get_weather', {}, { tools: [getWeather] });
  const [message] = (await api.get(`/threads/${run.thread_id}/messages`)).data;
  const existingIds = [assistant.id, run.thread_id, run.id, message.id];
  const id = fc.oneof(fc.constantFrom(...existingIds), fc.string({ unit: 'grapheme', minLength: 1 }));
  const query = fc.dictionary(fc.constantFrom('limit', 'order', 'after', 'before', 'run_id', 'x'), id, {
    maxKeys: 2,
  });
  const body = fc.oneof(
    fc.dictionary(fc.oneof(fc.constantFrom(...FIELDS), fc.string()), value(existingIds), { maxKeys: 5 }),
    value(existingIds),
  );
  const paths = Object.values({ ...operations, ...fileOperations });
  const request = fc.record({
    operation: fc.constantFrom(...paths),
    ids: fc.array(id, { minLength: 4, maxLength: 4 }),
    query,
    body,
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ operation: { method, path }, ids, query, body }) => {
      const segments = [...ids];
      const filledPath = path.replaceAll(/\{\w+\}/g, () =>
        encodeURIComponent((segments.pop() ?? '').toWellFormed()),
      );
      const search = new URLSearchParams(query);
      const sent = method === 'POST' ? JSON.stringify(body) : undefined;
      const response = await fetch(`${api.url}${filledPath}?${search}`, {
        method,
        headers: { authorization: 'Bearer test', 'openai-beta': 'assistants=v1' },
        ...(sent === undefined ? {} : { body: sent }),
      });
      await response.arrayBuffer();
      expect([200, 400, 404]).toContain(response.status);
    }),
    { numRuns: 600 },
  );
  expect(api.logged).toEqual([]);
});
