import { describe, expect, it } from 'vitest';
import { sendHttp } from '../support/http.ts';
import { addRun, addThread } from './support/fixtures.ts';
import { createMovableClock, startApi } from './support/local-api.ts';

describe('with LOCAL_API_KEYS', () => {
  const keys = ['sk-first', 'sk-second'];

  it('only these keys are accepted, and each has its own data', async () => {
    const api = await startApi({ keys });
    const thread = await api.post('/threads', {}, { key: 'sk-first' });
    expect(await api.get(`/threads/${thread.id}`, { key: 'sk-first' })).toEqual(thread);
    expect((await api.call('GET', `/threads/${thread.id}`, undefined, { key: 'sk-second' })).status).toBe(
      404,
    );
    for (const key of ['sk-', 'sk-firs', 'sk-first2', 'SK-FIRST', 'sk-first,sk-second']) {
      const { status, body } = await api.call('GET', `/threads/${thread.id}`, undefined, { key });
      expect([status, body.error.code]).toEqual([401, 'invalid_api_key']);
      expect(JSON.stringify(body)).not.toContain('sk-');
    }
  });

  it('a proxy may keep the Host header of the client, since no other web page knows a key', async () => {
    const api = await startApi({ keys });
    const headers = {
      host: 'api.example.com',
      authorization: 'Bearer sk-first',
      'openai-beta': 'assistants=v1',
    };
    expect((await sendHttp(`${api.url}/assistants`, { method: 'GET', headers })).status).toBe(200);
  });
});

describe('a rate limit', () => {
  const limitsOf = (headers: Headers) =>
    ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}-requests`));

  it('counts the requests of each key, and is on every response', async () => {
    const clock = createMovableClock();
    const api = await startApi({ requestsPerMinute: 3, clock });
    const first = await api.call('GET', '/assistants');
    expect([first.status, ...limitsOf(first.headers)]).toEqual([200, '3', '2', '20s']);
    const second = await api.call('GET', '/threads/none');
    expect([second.status, ...limitsOf(second.headers)]).toEqual([
      404,
      '3',
      '1',
      expect.stringMatching(/^\d+/),
    ]);
    const third = await api.call('POST', '/threads', {});
    expect([third.status, limitsOf(third.headers)[1]]).toEqual([200, '0']);

    const refused = await api.call('POST', '/threads', { metadata: { long: 'x'.repeat(500) } });
    expect(refused.status).toBe(429);
    expect(refused.body.error).toEqual({
      message: expect.stringMatching(
        /^Rate limit reached: 3 requests a minute\. Try again in (20|19\.\d+)s\.$/,
      ),
      type: 'requests',
      param: null,
      code: 'rate_limit_exceeded',
    });
    expect(Number(refused.headers.get('retry-after'))).toBe(20);
    expect(Number(refused.headers.get('retry-after-ms'))).toBeGreaterThan(19_000);
    expect((await api.call('GET', '/assistants', undefined, { key: 'other' })).status).toBe(200);

    clock.advance(20_000);
    expect((await api.call('GET', '/assistants')).status).toBe(200);
    expect((await api.call('GET', '/assistants')).status).toBe(429);
    clock.advance(600_000);
    expect(limitsOf((await api.call('GET', '/assistants')).headers)).toEqual(['3', '2', '20s']);
  });

  it('holds while the clock is set back, and is not longer than a minute then', async () => {
    const clock = createMovableClock();
    const api = await startApi({ requestsPerMinute: 1, clock });
    await api.get('/assistants');
    clock.adjust(-3_600_000);
    const refused = await api.call('GET', '/assistants');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    clock.advance(60_000);
    expect((await api.call('GET', '/assistants')).status).toBe(200);
  });

  it('refuses an upload that is still being sent, and the connection can be used again', async () => {
    const api = await startApi({ requestsPerMinute: 1 });
    await api.get('/assistants');
    const form = new FormData();
    form.append('purpose', 'assistants');
    form.append('file', new Blob(['x'.repeat(8_000_000)]), 'large.txt');
    const response = await fetch(`${api.url}/files`, {
      method: 'POST',
      headers: { authorization: 'Bearer test' },
      body: form,
    });
    expect([response.status, response.headers.get('connection')]).toEqual([429, 'keep-alive']);
  });
});

describe('the request log', () => {
  it('has a line for each request, without keys, queries and texts', async () => {
    const api = await startApi({ logRequests: true });
    const thread = await addThread(api, 'SECRET text');
    await api
      .get(`/threads/${thread.id}/messages?limit=5&after=`, { key: 'sk-SECRET' })
      .catch(() => undefined);
    await api.call('GET', '/nothing?api_key=SECRET', undefined, { headers: { authorization: '' } });
    expect(api.logged).toMatchObject([
      { level: 'info', message: 'request', fields: { method: 'POST', path: '/v1/threads', status: 200 } },
      { fields: { method: 'GET', path: `/v1/threads/${thread.id}/messages`, status: 404 } },
      {
        fields: {
          method: 'GET',
          path: '/v1/nothing',
          status: 401,
          requestId: expect.stringMatching(/^req_/),
        },
      },
    ]);
    expect(JSON.stringify(api.logged)).not.toContain('SECRET');
  });

  it('logs a stream when it ends, and says if the client has left before', async () => {
    const api = await startApi({ logRequests: true, tokenMs: 5 });
    const run = await addRun(api, 'Hello');
    await api.until(run, 'completed');
    const leaving = new AbortController();
    const stream = api.stream(
      `/threads/${run.thread_id}/runs`,
      { assistant_id: run.assistant_id },
      { signal: leaving.signal },
    );
    await stream.next();
    leaving.abort();
    await stream.next().catch(() => undefined);
    await expect
      .poll(() => api.logged.at(-1)?.fields)
      .toMatchObject({ method: 'POST', path: `/v1/threads/${run.thread_id}/runs`, isCutOff: true });
  });

  it('is off by default', async () => {
    const api = await startApi();
    await api.get('/assistants');
    expect(api.logged).toEqual([]);
  });
});
