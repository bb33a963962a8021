import { expect, it } from 'vitest';
import { addAssistant, addRun, addThread, outputsFor } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';
import type { RestCaller } from './support/rest-caller.ts';

/** A busy machine adds to what a request waits. Without bounds, it would wait for minutes, or for ever. */
const MAX_WAIT_MS = 500;
const MAX_ARGUMENTS_LENGTH = 200_000;

const object = (a: object, rest: object = {}) => ({
  type: 'object',
  properties: { a },
  required: ['a'],
  ...rest,
});
const FUNCTIONS = 5;
const names = (count: number) => Array.from({ length: count }, (_, index) => `name${index}`);
const everywhere = { $ref: '#' };
const slow = '^(a+)+b$';

const schemas: Readonly<Record<string, object>> = {
  'a pattern that backtracks': object({ type: 'string', pattern: slow, minLength: 40 }),
  'a pattern with nested repetitions': object({ type: 'string', pattern: '((a{1000}){1000}){1000}' }),
  'a pattern for names of properties': object(
    {},
    { required: ['a'.repeat(60)], patternProperties: { [slow]: {} } },
  ),
  'a pattern for each of many properties': {
    properties: Object.fromEntries(names(400).map((name) => [name, { pattern: slow, minLength: 400 }])),
  },
  'a huge minLength': object({ type: 'string', minLength: 1e12 }),
  'huge lists in lists': object({
    type: 'array',
    minItems: 1e12,
    items: { type: 'array', minItems: 1e12, items: { minLength: 1e12 } },
  }),
  'a huge minProperties': { type: 'object', minProperties: 1e12 },
  'references to itself': {
    allOf: [everywhere, everywhere],
    anyOf: [everywhere],
    oneOf: [everywhere],
    properties: { a: everywhere, b: everywhere },
    required: ['a', 'b'],
  },
  'a cycle of references': object(
    { $ref: '#/$defs/x' },
    { $defs: { x: { $ref: '#/$defs/y' }, y: { $ref: '#/$defs/x' } } },
  ),
  'a wide reference to itself': {
    properties: Object.fromEntries(names(400).map((name) => [name, everywhere])),
    required: names(400),
  },
  'a reference with a long path': object({
    type: 'array',
    minItems: 1e6,
    items: { $ref: `#${'/a'.repeat(50_000)}` },
  }),
  'a long default, often': object({ type: 'array', minItems: 1e6, items: { default: 'x'.repeat(100_000) } }),
  'a long name, often': object({
    type: 'array',
    minItems: 1e6,
    items: object({}, { required: ['x'.repeat(100_000)] }),
  }),
  'long lists of types and enum values': object({
    type: 'array',
    minItems: 1e6,
    items: { type: Array(400).fill('null'), allOf: Array(200).fill({ enum: Array(15).fill(null) }) },
  }),
  'a tiny multipleOf': object({ type: 'number', minimum: 1e300, multipleOf: 1e-300 }),
  'contradictory bounds': object({ type: 'integer', minimum: 5, maximum: 1, multipleOf: -7 }),
};

it.each(Object.entries(schemas))(
  'the offline model calls a function whose schema has %s at once',
  async (_, schema) => {
    const api = await startApi();
    // All calls of a round together have the bound that one has.
    const tools = names(FUNCTIONS).map((name) => ({
      type: 'function',
      function: { name, parameters: schema },
    }));
    const run = await addRun(api, names(FUNCTIONS).join(' '), {}, { tools });
    const longestWait = await waitsUntil(api, run);
    const waiting = await api.until(run, 'requires_action');
    expect(longestWait).toBeLessThan(MAX_WAIT_MS);
    const calls: { function: { arguments: string } }[] =
      waiting.required_action.submit_tool_outputs.tool_calls;
    expect(calls).toHaveLength(FUNCTIONS);
    expect(calls.map((call) => call.function.arguments).join('').length).toBeLessThan(MAX_ARGUMENTS_LENGTH);
    for (const call of calls) expect(JSON.parse(call.function.arguments)).toBeTypeOf('object');
    await api.post(`/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`, outputsFor(waiting));
    await api.until(run, 'completed');
  },
);

it('the offline model reads a message that asks for many rounds of many functions at once', async () => {
  const api = await startApi();
  const tools = names(128).map((name) => ({ type: 'function', function: { name } }));
  const { id } = await addAssistant(api, { tools });
  const thread = await addThread(api, `${'a then '.repeat(36_000)} name127`);
  const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: id });
  expect(await waitsUntil(api, run)).toBeLessThan(MAX_WAIT_MS);
  const waiting = await api.until(run, 'requires_action');
  expect(waiting.required_action.submit_tool_outputs.tool_calls[0].function.name).toBe('name127');
});

/** The longest that a small request waits until a run has gone on. */
async function waitsUntil(api: RestCaller, run: { thread_id: string; id: string }): Promise<number> {
  let longest = 0;
  for (;;) {
    for (let count = 0; count < 10; count += 1) {
      const start = performance.now();
      await api.call('GET', '/assistants/asst_none');
      longest = Math.max(longest, performance.now() - start);
    }
    const { data } = await api.get(`/threads/${run.thread_id}/runs/${run.id}/steps`);
    if (data.length > 0) return longest;
  }
}
