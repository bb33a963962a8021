import { describe, expect, it } from 'vitest';
import { addAssistant, addThread, getWeather } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';

const ID = /^[A-Za-z0-9]{24}$/;

describe('assistants', () => {
  it('are created with all fields, and defaults for those left out', async () => {
    const api = await startApi();
    const created = await api.post('/assistants', { model: 'gpt-4' });
    expect(created).toEqual({
      id: expect.stringMatching(/^asst_/),
      object: 'assistant',
      created_at: expect.any(Number),
      name: null,
      description: null,
      model: 'gpt-4',
      instructions: null,
      tools: [],
      file_ids: [],
      metadata: {},
      temperature: 1,
      top_p: 1,
      response_format: 'auto',
    });
    expect(created.id.slice('asst_'.length)).toMatch(ID);
    expect(await api.get(`/assistants/${created.id}`)).toEqual(created);
  });

  it('are modified in the given fields, and null clears a field', async () => {
    const api = await startApi();
    const full = {
      model: 'gpt-4',
      name: 'Ann',
      description: 'A tutor',
      instructions: 'Teach.',
      tools: [getWeather, { type: 'retrieval' }, { type: 'code_interpreter' }],
      metadata: { a: '1', b: '2' },
      temperature: 0,
      top_p: 0.5,
      response_format: { type: 'json_object' },
    };
    const { id } = await api.post('/assistants', full);
    const path = `/assistants/${id}`;
    expect(await api.post(path, {})).toMatchObject(full);
    expect(await api.post(path, { name: 'Bea', metadata: { c: '3' } })).toMatchObject({
      ...full,
      name: 'Bea',
      metadata: { c: '3' },
    });
    const cleared = { name: null, description: null, instructions: null, metadata: null, temperature: null };
    expect(await api.post(path, { ...cleared, tools: [], top_p: null, response_format: null })).toMatchObject(
      {
        ...cleared,
        model: 'gpt-4',
        metadata: {},
        tools: [],
        temperature: 1,
        top_p: 1,
        response_format: 'auto',
      },
    );
    expect(await api.get(path)).toMatchObject({ name: null, metadata: {} });
  });

  it('are deleted, and not found when deleted again', async () => {
    const api = await startApi();
    const { id } = await addAssistant(api);
    expect(await api.remove(`/assistants/${id}`)).toEqual({ id, object: 'assistant.deleted', deleted: true });
    expect(await api.call('DELETE', `/assistants/${id}`)).toMatchObject({
      status: 404,
      body: {
        error: {
          message: `No assistant found with id '${id}'.`,
          type: 'invalid_request_error',
          param: null,
          code: null,
        },
      },
    });
  });
});

describe('threads and messages', () => {
  it('are created together, with the messages in order', async () => {
    const api = await startApi();
    const thread = await api.post('/threads', {
      messages: [
        { role: 'user', content: 'one', metadata: { n: '1' } },
        { role: 'assistant', content: 'two' },
      ],
      metadata: { topic: 'numbers' },
    });
    expect(thread).toEqual({
      id: expect.stringMatching(/^thread_/),
      object: 'thread',
      created_at: expect.any(Number),
      metadata: { topic: 'numbers' },
    });
    const { data } = await api.get(`/threads/${thread.id}/messages?order=asc`);
    expect(data[0]).toEqual({
      id: expect.stringMatching(/^msg_/),
      object: 'thread.message',
      created_at: expect.any(Number),
      thread_id: thread.id,
      status: 'completed',
      incomplete_details: null,
      completed_at: data[0].created_at,
      incomplete_at: null,
      role: 'user',
      content: [{ type: 'text', text: { value: 'one', annotations: [] } }],
      assistant_id: null,
      run_id: null,
      file_ids: [],
      metadata: { n: '1' },
    });
    expect(data[1]).toMatchObject({ role: 'assistant', metadata: {} });
    expect(await api.get(`/threads/${thread.id}/messages/${data[1].id}`)).toEqual(data[1]);
  });

  it('have metadata that is replaced as a whole', async () => {
    const api = await startApi();
    const thread = await api.post('/threads', { metadata: { a: '1' } });
    expect((await api.post(`/threads/${thread.id}`, { metadata: { b: '2' } })).metadata).toEqual({ b: '2' });
    expect((await api.post(`/threads/${thread.id}`, {})).metadata).toEqual({ b: '2' });
    expect((await api.post(`/threads/${thread.id}`, { metadata: null })).metadata).toEqual({});
    const message = await api.post(`/threads/${thread.id}/messages`, { role: 'user', content: 'hi' });
    const path = `/threads/${thread.id}/messages/${message.id}`;
    expect(await api.post(path, { metadata: { c: '3' } })).toEqual({ ...message, metadata: { c: '3' } });
    expect(await api.get(path)).toEqual({ ...message, metadata: { c: '3' } });
  });

  it('are deleted together', async () => {
    const api = await startApi();
    const thread = await addThread(api, 'one');
    expect(await api.remove(`/threads/${thread.id}`)).toEqual({
      id: thread.id,
      object: 'thread.deleted',
      deleted: true,
    });
    expect((await api.call('GET', `/threads/${thread.id}/messages`)).status).toBe(404);
  });

  it('belong together: a message of another thread is not found', async () => {
    const api = await startApi();
    const [one, two] = [await addThread(api, 'one'), await addThread(api, 'two')];
    const [message] = (await api.get(`/threads/${one.id}/messages`)).data;
    expect(await api.call('GET', `/threads/${two.id}/messages/${message.id}`)).toMatchObject({
      status: 404,
      body: { error: { message: `No message found with id '${message.id}'.` } },
    });
  });
});

describe('two API keys', () => {
  it('never see objects of the other', async () => {
    const api = await startApi();
    const mine = { key: 'mine' };
    const theirs = { key: 'theirs' };
    const assistant = await api.post('/assistants', { model: 'm' }, mine);
    const thread = await api.post('/threads', { messages: [{ role: 'user', content: 'secret' }] }, mine);
    const run = await api.post(`/threads/${thread.id}/runs`, { assistant_id: assistant.id }, mine);
    const [message] = (await api.get(`/threads/${thread.id}/messages?order=asc`, mine)).data;

    expect((await api.get('/assistants', theirs)).data).toEqual([]);
    const own = await api.post('/threads', {}, theirs);
    const requests: [string, string, object?][] = [
      ['GET', `/assistants/${assistant.id}`],
      ['POST', `/assistants/${assistant.id}`, {}],
      ['DELETE', `/assistants/${assistant.id}`],
      ['GET', `/threads/${thread.id}`],
      ['POST', `/threads/${thread.id}`, {}],
      ['DELETE', `/threads/${thread.id}`],
      ['GET', `/threads/${thread.id}/messages`],
      ['POST', `/threads/${thread.id}/messages`, { role: 'user', content: 'x' }],
      ['GET', `/threads/${thread.id}/messages/${message.id}`],
      ['GET', `/threads/${own.id}/messages/${message.id}`],
      ['GET', `/threads/${thread.id}/runs`],
      ['GET', `/threads/${own.id}/runs/${run.id}`],
      ['POST', `/threads/${thread.id}/runs/${run.id}/cancel`],
      ['POST', `/threads/${own.id}/runs`, { assistant_id: assistant.id }],
      ['POST', '/threads/runs', { assistant_id: assistant.id }],
      ['GET', `/threads/${thread.id}/runs/${run.id}/steps`],
    ];
    for (const [method, path, body] of requests) {
      expect([method, path, (await api.call(method, path, body, theirs)).status]).toEqual([
        method,
        path,
        404,
      ]);
    }
    expect(await api.get(`/assistants/${assistant.id}`, mine)).toEqual(assistant);
  });
});
