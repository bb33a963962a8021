import { describe, expect, it } from 'vitest';
import { addAssistant, addRun, addThread, getWeather } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';
import type { Json, RestCaller } from './support/rest-caller.ts';

/** An object with a key named `__proto__`, which a literal would take for its prototype. */
const withProto = (value: unknown): Json =>
  JSON.parse(`{"__proto__":${JSON.stringify(value)},"other":"kept"}`);

describe('a metadata key named __proto__', () => {
  const metadata = withProto('created');
  const changed = withProto('modified');

  /** Each object that has metadata: creates one with `metadata` and returns it with its path. */
  const kinds: [noun: string, create: (api: RestCaller) => Promise<{ path: string; created: Json }>][] = [
    [
      'assistant',
      async (api) => {
        const created = await addAssistant(api, { metadata });
        return { path: `/assistants/${created.id}`, created };
      },
    ],
    [
      'thread',
      async (api) => {
        const created = await api.post('/threads', { metadata });
        return { path: `/threads/${created.id}`, created };
      },
    ],
    [
      'message',
      async (api) => {
        const { id } = await addThread(api);
        const created = await api.post(`/threads/${id}/messages`, { role: 'user', content: 'x', metadata });
        return { path: `/threads/${id}/messages/${created.id}`, created };
      },
    ],
    [
      'message of a new thread',
      async (api) => {
        const { id } = await api.post('/threads', { messages: [{ role: 'user', content: 'x', metadata }] });
        const [created] = (await api.get(`/threads/${id}/messages`)).data;
        return { path: `/threads/${id}/messages/${created.id}`, created };
      },
    ],
    [
      'run',
      async (api) => {
        const created = await addRun(api, 'get_weather', { metadata }, { tools: [getWeather] });
        return { path: `/threads/${created.thread_id}/runs/${created.id}`, created };
      },
    ],
    [
      'run with a new thread',
      async (api) => {
        const { id } = await addAssistant(api);
        const created = await api.post('/threads/runs', { assistant_id: id, metadata });
        return { path: `/threads/${created.thread_id}/runs/${created.id}`, created };
      },
    ],
    [
      'thread of a new run',
      async (api) => {
        const { id } = await addAssistant(api);
        const run = await api.post('/threads/runs', { assistant_id: id, thread: { metadata } });
        const path = `/threads/${run.thread_id}`;
        return { path, created: await api.get(path) };
      },
    ],
  ];

  it.each(kinds)('is stored and returned: %s', async (_, create) => {
    const api = await startApi();
    const { path, created } = await create(api);
    expect(JSON.stringify(created.metadata)).toBe(JSON.stringify(metadata));
    expect(JSON.stringify((await api.get(path)).metadata)).toBe(JSON.stringify(metadata));
    const modified = await api.post(path, { metadata: changed });
    expect(JSON.stringify(modified.metadata)).toBe(JSON.stringify(changed));
    expect(JSON.stringify((await api.get(path)).metadata)).toBe(JSON.stringify(changed));
  });

  it('has the limits of any other key', async () => {
    const api = await startApi();
    const pairs = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`key${index}`, 'v']));
    const invalid: [metadata: Json, param: string][] = [
      [withProto(1), 'metadata.__proto__'],
      [withProto('x'.repeat(513)), 'metadata.__proto__'],
      [{ ...withProto('x'), ...pairs }, 'metadata'],
    ];
    for (const [metadata, param] of invalid) {
      const response = await api.call('POST', '/threads', { metadata });
      expect([response.status, response.body.error?.param]).toEqual([400, param]);
    }
  });
});

describe('a function parameter named __proto__', () => {
  const properties = JSON.parse('{"__proto__":{"type":"integer","minimum":7}}');
  const required = ['__proto__'];
  /** The offline model merges the schemas of the second form. */
  const forms: Json[] = [
    { type: 'object', properties, required, additionalProperties: false },
    {
      allOf: [
        { properties: { a: {} }, required },
        { type: 'object', properties },
      ],
    },
  ];

  it.each(forms)('is stored, returned and called with: %j', async (parameters) => {
    const api = await startApi();
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
    const assistant = await addAssistant(api, { tools });
    expect(JSON.stringify(assistant.tools)).toBe(JSON.stringify(tools));
    expect(JSON.stringify((await api.get(`/assistants/${assistant.id}`)).tools)).toBe(JSON.stringify(tools));
    const thread = await addThread(api, 'get_weather');
    const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: assistant.id, tools });
    expect(JSON.stringify(run.tools)).toBe(JSON.stringify(tools));
    const waiting = await api.until(run, 'requires_action');
    const [call] = waiting.required_action.submit_tool_outputs.tool_calls;
    expect(call.function.arguments).toBe('{"__proto__":7}');
  });

  it('may be a keyword of the schema itself', async () => {
    const api = await startApi();
    const tools = [{ type: 'function', function: { name: 'f', parameters: withProto({ type: 'object' }) } }];
    const { id } = await addAssistant(api, { tools });
    expect(JSON.stringify((await api.get(`/assistants/${id}`)).tools)).toBe(JSON.stringify(tools));
  });
});
