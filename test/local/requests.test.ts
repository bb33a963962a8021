import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { operations } from '../../src/rest/operations.ts';
import { sendHttp } from '../support/http.ts';
import { addThread } from './support/fixtures.ts';
import { startApi } from './support/local-api.ts';

describe('a request', () => {
  it('without a bearer key gets a 401, whatever its path', async () => {
    const api = await startApi();
    for (const authorization of ['', 'Bearer', 'Bearer  ', 'Basic abc']) {
      for (const path of ['/assistants', '/files', '/nothing']) {
        expect(await api.call('GET', path, undefined, { headers: { authorization } })).toMatchObject({
          status: 401,
          body: { error: { code: 'invalid_api_key', type: 'invalid_request_error' } },
        });
      }
    }
  });

  it('without the beta header is rejected by all of the 28 operations, and by no file operation', async () => {
    const api = await startApi();
    const headers = { 'openai-beta': 'assistants=v2' };
    for (const { method, path } of Object.values(operations)) {
      const response = await api.call(method, path.replaceAll(/[{}]/g, ''), undefined, { headers });
      expect([method, path, response.status, response.body.error.message]).toEqual([
        method,
        path,
        400,
        expect.stringContaining('OpenAI-Beta: assistants=v1'),
      ]);
    }
    expect((await api.call('GET', '/files', undefined, { headers })).status).toBe(200);
    await api.get('/assistants', { headers: { 'openai-beta': 'other=v9, assistants=v1' } });
  });

  it('has its own id, even if it fails', async () => {
    const api = await startApi();
    const ids = [];
    for (const path of ['/assistants', '/assistants/asst_x', '/nowhere']) {
      ids.push((await api.call('GET', path)).headers.get('x-request-id'));
    }
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^req_/);
  });

  it('with a body that is not a JSON object is rejected', async () => {
    const api = await startApi();
    for (const body of ['{', '[]', 'null', '"text"', '5', '{"a":}', '\u0000']) {
      const response = await api.call('POST', '/threads', body);
      expect([body, response.status, response.body.error.message]).toEqual([
        body,
        400,
        expect.stringContaining('JSON'),
      ]);
    }
  });

  it('that is nested a hundred thousand levels deep anywhere is rejected', async () => {
    const api = await startApi();
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const tool = `{"type":"function","function":{"name":"f","parameters":${deep}}}`;
    for (const body of [
      deep,
      '['.repeat(100_000),
      `{"model":"m","tools":[${tool}]}`,
      `{"model":"m","metadata":${deep}}`,
    ]) {
      expect((await api.call('POST', '/assistants', body)).status).toBe(400);
    }
  });

  it('with a body that is too large is rejected, even without a content-length', async () => {
    const api = await startApi();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: 'Bearer x', 'openai-beta': 'assistants=v1' };
      const sending = request(`${api.url}/threads`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sending.on('error', reject);
      sending.write('x'.repeat(5 * 1024 * 1024));
    });
    expect(status).toBe(400);
  });

  it('with a body of too many values is rejected before it is parsed', async () => {
    const api = await startApi();
    for (const body of [
      `[${'[],'.repeat(1_000_000)}1]`,
      '['.repeat(4_000_000),
      `{"a":[${'1,'.repeat(25_000)}1]}`,
    ]) {
      const { status, body: response } = await api.call('POST', '/threads', body);
      expect([status, response.error.message]).toEqual([
        400,
        expect.stringMatching(/^The body must have at most/),
      ]);
    }
    const parameters = { enum: Array.from({ length: 20_000 }, (_, index) => index) };
    await api.post('/assistants', {
      model: 'm',
      tools: [{ type: 'function', function: { name: 'f', parameters } }],
    });
  });

  it('with an unknown path or id is not found', async () => {
    const api = await startApi();
    const { id } = await addThread(api);
    const names = [
      '%00',
      '..%2F..',
      '%2e%2e',
      '%F0%9F%91%8B',
      '%ff',
      '%',
      'a b',
      'x'.repeat(5_000),
      "'; DROP TABLE threads; --",
      '%2Fetc',
      `${id}%00`,
      `${id}%20`,
    ];
    for (const name of names) {
      for (const path of [
        `/threads/${name}`,
        `/threads/${id}/messages/${name}`,
        `/threads/${name}/runs/${name}/steps/${name}`,
      ]) {
        expect([path, (await api.call('GET', path)).status]).toEqual([path, 404]);
      }
      const response = await api.call('GET', `/threads/${id}/messages?after=${encodeURIComponent(name)}`);
      expect([name, response.status]).toEqual([name, 400]);
    }
    for (const path of ['/', '//', '/threads/', '/v1/threads', '/assistants//files', '/threads/x/y/z']) {
      expect([path, (await api.call('GET', path)).status]).toEqual([path, 404]);
    }
    expect((await api.call('PUT', '/assistants', {})).status).toBe(405);
    await api.get(`/threads/${id}`);
  });

  it('can contain any text, which is returned unchanged', async () => {
    const api = await startApi();
    const text = 'a\u0000b \ud800 \u2028 "quotes" \\ 👩‍👩‍👧 __proto__';
    const thread = await api.post('/threads', {
      messages: [{ role: 'user', content: text, metadata: { constructor: text } }],
    });
    const [message] = (await api.get(`/threads/${thread.id}/messages`)).data;
    expect(message.content[0].text.value).toBe(text);
    expect(message.metadata).toEqual({ constructor: text });
  });

  it('that a web page of another host could have sent is rejected', async () => {
    const api = await startApi();
    const headers = { host: 'evil.example:4001', authorization: 'Bearer x', 'openai-beta': 'assistants=v1' };
    const { status } = await sendHttp(`${api.url}/assistants`, { method: 'GET', headers });
    expect(status).toBe(403);
  });
});
