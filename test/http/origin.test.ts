import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn, sendHttp } from '../support/http.ts';

const FRIEND = 'https://app.example.com';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({ CORS_ORIGINS: `${FRIEND},http://localhost:3000` });
});
afterAll(() => graph.close());

const body = '{"query":"{ __typename }"}';
const json = { 'content-type': 'application/json' };
const send = (headers: Record<string, string>) =>
  sendHttp(graph.url, { headers: { ...json, ...headers }, body });
const read = (headers: Record<string, string>) =>
  sendHttp(graph.url, { method: 'GET', search: '?query={__typename}', headers });

describe('a web page of another origin', () => {
  test.each([
    ['an origin of its own', { origin: 'https://evil.example' }],
    ['no origin that it admits to', { origin: 'null' }],
    ['an origin that is no origin', { origin: 'evil' }],
    ['an origin that only begins like a friend', { origin: `${FRIEND}.evil.example` }],
    ['the origin of a friend, but not its scheme', { origin: 'http://app.example.com' }],
    ['the origin of another port on this machine', { origin: 'http://127.0.0.1:1' }],
    [
      'no Origin, but a browser that reports a cross-site request',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ],
  ])('must not call: %s', async (_, headers) => {
    for (const { status, headers: responseHeaders, text } of [await send(headers), await read(headers)]) {
      expect(status).toBe(403);
      expect(errorsIn(text)).toMatchObject([{ code: 'FORBIDDEN' }]);
      expect(responseHeaders['content-type']).toMatch(/^application\/json/);
      expect(responseHeaders['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('gets no permission from a preflight request either', async () => {
    const { status, headers } = await sendHttp(graph.url, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(status).toBe(403);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('cannot call by a host name of its own that resolves to loopback', async () => {
    for (const host of ['evil.example', 'evil.example:4000', '127.0.0.1.evil.example', '10.0.0.1']) {
      const { status, text } = await send({ host });
      expect({ host, status, errors: errorsIn(text) }).toMatchObject({
        host,
        status: 403,
        errors: [{ code: 'FORBIDDEN' }],
      });
    }
  });

  test('cannot call by such a name even if its Origin matches', async () => {
    const { status } = await send({ host: 'evil.example', origin: 'http://evil.example' });
    expect(status).toBe(403);
  });
});

describe('may call:', () => {
  const host = () => new URL(graph.url).host;

  test('a client that sends no Origin', async () => {
    expect((await send({})).status).toBe(200);
  });

  test.each(['localhost', 'LOCALHOST:4000', '127.0.0.1:4000', '127.1.2.3', '[::1]:4000'])(
    'a client that names the host %s',
    async (name) => {
      expect((await send({ host: name })).status).toBe(200);
    },
  );

  test('a page of the same origin, such as GraphiQL', async () => {
    expect((await send({ origin: `http://${host()}`, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test('a person who follows a link from another site', async () => {
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await read({ ...followed, accept: 'text/html' })).status).toBe(200);
  });

  test.each([FRIEND, 'http://localhost:3000'])('a page of %s, after a preflight request', async (origin) => {
    const preflight = await sendHttp(graph.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'cors',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined();
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': expect.stringContaining('content-type'),
      'access-control-max-age': '7200',
    });
    const { status, headers } = await send({
      origin,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'cors',
    });
    expect({ status, allowed: headers['access-control-allow-origin'] }).toEqual({
      status: 200,
      allowed: origin,
    });
  });
});

test.each([
  ['a Host whose port is none', '/graphql', '127.0.0.1:99999'],
  ['a Host that only looks like an address', '/graphql', '127.0.0.999'],
  ['another URL as its target', 'http://evil.example/graphql', '127.0.0.1:4000'],
  ['no path as its target', '*', '127.0.0.1:4000'],
])(
  'a request that does not form a valid URL is rejected without internal details: %s',
  async (_, target, host) => {
    const { status, text } = await sendHttp(graph.url, { target, headers: { ...json, host }, body });
    expect(status).toBe(400);
    expect(errorsIn(text)).toEqual([
      { code: 'BAD_USER_INPUT', message: 'The Host header and the path do not form a valid URL' },
    ]);
  },
);

describe('without CORS_ORIGINS', () => {
  let closed: Graph;
  beforeAll(async () => {
    closed = await startGraph();
  });
  afterAll(() => closed.close());

  test('no page of another origin may call, and no CORS header is sent', async () => {
    const headers = { ...json, origin: FRIEND };
    expect((await sendHttp(closed.url, { headers, body })).status).toBe(403);
    const own = await sendHttp(closed.url, {
      headers: { ...json, origin: new URL(closed.url).origin },
      body,
    });
    expect(own.status).toBe(200);
    expect(own.headers['access-control-allow-origin']).toBeUndefined();
  });
});
