/** Files that pass through the server to the REST API and back. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { sendHttp } from '../support/http.ts';
import { poll } from '../support/poll.ts';
import { upload as uploadToRest } from '../support/world.ts';

interface Uploaded {
  readonly status: number;
  readonly id?: string;
  readonly filename?: string;
  readonly errors?: readonly { message: string; extensions: { code: string } }[];
}

const urlOf = ({ url }: Graph, path: string) => new URL(path, url).href;

async function upload(graph: Graph, form: FormData, headers: Record<string, string> = {}): Promise<Uploaded> {
  const request = { method: 'POST', headers: { 'x-requested-with': 'test', ...headers }, body: form };
  const response = await fetch(urlOf(graph, '/files'), request);
  return { status: response.status, ...(await response.json()) };
}

function formWith(content: string, name = 'fruit.txt', others: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(others)) form.set(key, value);
  form.set('file', new Blob([content]), name);
  return form;
}

const codesOf = ({ status, errors = [] }: Uploaded) => [
  status,
  ...errors.map(({ extensions }) => extensions.code),
];

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({ MAX_FILE: '100000' });
});
afterAll(() => graph.close());

test('a file goes to the REST API, can be attached to a message, and comes back', async () => {
  const content = 'Apples are red.\r\n--x\r\n'.repeat(1000);
  const {
    status,
    id = '',
    filename,
  } = await upload(graph, formWith(content, 'fruit.txt', { purpose: 'assistants' }));
  expect({ status, filename }).toEqual({ status: 200, filename: 'fruit.txt' });
  const { createThread } = await graph.data<{ createThread: { thread: { id: string } } }, object>(
    'mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { id } } }',
    { input: { messages: [{ content: 'Read this.', fileIds: [id] }] } },
  );
  expect(createThread.thread.id).toBeTruthy();
  const response = await fetch(urlOf(graph, `/files/${id}/content`));
  expect(await response.text()).toBe(content);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="fruit.txt"; filename*=UTF-8''fruit.txt`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  });
});

test.each([
  ['../../etc/passwd', 'passwd', 'passwd'],
  ['C:\\temp\\a.txt', 'a.txt', 'a.txt'],
  ['a"b\r\nx: y.txt', 'a_b__x_ y.txt', 'a_b__x_%20y.txt'],
  ['résumé.pdf', 'r_sum_.pdf', 'r%C3%A9sum%C3%A9.pdf'],
  ['...', 'file', 'file'],
])('the name %j is made safe', async (name, ascii, encoded) => {
  const { id } = await upload(graph, formWith('x', name));
  const { headers } = await fetch(urlOf(graph, `/files/${id}/content`));
  expect(headers.get('content-disposition')).toBe(
    `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
  );
});

describe('what is not an upload is refused', () => {
  const twice = formWith('x');
  twice.append('file', new Blob(['y']), 'y.txt');
  const named = new FormData();
  named.set('data', new Blob(['x']), 'x.txt');
  test.each<[string, FormData, (number | string)[]]>([
    ['a form without a file', new FormData(), [400, 'BAD_USER_INPUT']],
    ['another purpose', formWith('x', 'x', { purpose: 'fine-tune' }), [400, 'BAD_USER_INPUT']],
    ['another field', formWith('x', 'x', { name: 'x' }), [400, 'BAD_USER_INPUT']],
    ['two files', twice, [400, 'BAD_USER_INPUT']],
    ['a file with another name', named, [400, 'BAD_USER_INPUT']],
    ['a file that is too long', formWith('x'.repeat(200_000)), [413, 'BAD_USER_INPUT']],
    ['a file that is a little too long', formWith('x'.repeat(100_001)), [413, 'BAD_USER_INPUT']],
  ])('%s', async (_, form, expected) => {
    expect(codesOf(await upload(graph, form))).toEqual(expected);
  });

  test('a request without the header that forms cannot send', async () => {
    const response = await fetch(urlOf(graph, '/files'), { method: 'POST', body: formWith('x') });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('x-requested-with');
  });

  test.each([
    ['JSON', { 'content-type': 'application/json' }],
    ['no boundary', { 'content-type': 'multipart/form-data' }],
  ])('%s', async (_, headers) => {
    const { status } = await sendHttp(graph.url, {
      target: '/files',
      headers: { 'x-requested-with': 'test', ...headers },
      body: '{}',
    });
    expect(status).toBe(415);
  });

  test.each([
    ['GET', '/files', 405],
    ['POST', '/files/file-1/content', 405],
    ['GET', '/files/../content', 404],
    ['GET', '/files/a%2Fb/content', 404],
    ['GET', '/files/file-0/content', 404],
  ])('%s %s', async (method, target, status) => {
    expect((await sendHttp(graph.url, { method, target })).status).toBe(status);
  });
});

test('a client needs a key and the scopes', async () => {
  const keyed = await startGraph({
    AUTH: 'key',
    AUTH_KEYS: `web=${'a'.repeat(20)}, reader=${'b'.repeat(20)} files:read`,
  });
  onTestFinished(keyed.close);
  const [web, reader] = ['a', 'b'].map((char) => ({ authorization: `Bearer ${char.repeat(20)}` }));
  expect(codesOf(await upload(keyed, formWith('x')))).toEqual([401, 'UNAUTHENTICATED']);
  expect(codesOf(await upload(keyed, formWith('x'), reader))).toEqual([403, 'FORBIDDEN']);
  const { status, id } = await upload(keyed, formWith('x'), web);
  expect(status).toBe(200);
  const path = urlOf(keyed, `/files/${id}/content`);
  expect((await fetch(path)).status).toBe(401);
  expect(await (await fetch(path, { headers: reader ?? {} })).text()).toBe('x');
});

test('pages of other origins can upload if CORS_ORIGINS names them', async () => {
  const origin = 'https://app.example';
  const open = await startGraph({ CORS_ORIGINS: origin });
  onTestFinished(open.close);
  const send = (from: string) =>
    sendHttp(open.url, { method: 'OPTIONS', target: '/files', headers: { origin: from } });
  const { status, headers } = await send(origin);
  expect({ status, allowed: headers['access-control-allow-headers'] }).toEqual({
    status: 204,
    allowed: expect.stringContaining('x-requested-with'),
  });
  expect((await send('https://evil.example')).status).toBe(403);
});

type Respond = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A REST API of one handler, and a server in front of it. */
async function startBefore(respond: Respond, env: Record<string, string> = {}) {
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const started = await startGraph(env, { filesUrl: upstream });
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await started.close();
  });
  return started;
}

/** An upload that the test sends piece by piece. */
function slowUpload({ url }: Graph) {
  const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
  const headers = { 'content-type': 'multipart/form-data; boundary=b', 'x-requested-with': 'test' };
  const request = sendRequest(new URL('/files', url), { method: 'POST', headers, agent: false });
  const response = once(request, 'response').then(async ([incoming]) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    return { status: incoming.statusCode, text: Buffer.concat(chunks).toString() };
  });
  response.catch(() => undefined);
  request.on('error', () => undefined);
  request.write(head);
  return { request, response, end: () => request.end('\r\n--b--\r\n') };
}

const FILE = JSON.stringify({
  id: 'file-1',
  object: 'file',
  bytes: 1,
  created_at: 1,
  filename: 'a',
  purpose: 'assistants',
});

test('an upload is passed on while it arrives', async () => {
  let received = '';
  const before = await startBefore(async (request, response) => {
    for await (const chunk of request) received += chunk;
    response.setHeader('content-type', 'application/json').end(FILE);
  });
  const { request, response, end } = slowUpload(before);
  request.write('x'.repeat(100_000));
  await poll(
    async () => received.length,
    (length) => length > 90_000,
  );
  end();
  expect(await response).toMatchObject({ status: 200, text: expect.stringContaining('file-1') });
  expect(received).toContain('name="purpose"\r\n\r\nassistants\r\n');
});

test('a client that leaves ends its request to the REST API', async () => {
  let [arrived, aborted] = [0, 0];
  const before = await startBefore(
    (request) => {
      arrived++;
      request
        .resume()
        .on('error', () => undefined)
        .once('close', () => aborted++);
    },
    { MAX_FILE_TRANSFERS: '1' },
  );
  const { request } = slowUpload(before);
  request.write('x'.repeat(10_000));
  await poll(
    async () => arrived,
    (count) => count === 1,
  );
  expect(codesOf(await upload(before, formWith('x')))).toEqual([503, 'RATE_LIMITED']);
  request.destroy();
  await poll(
    async () => aborted,
    (count) => count === 1,
  );
  slowUpload(before).request.write('x');
  await poll(
    async () => arrived,
    (count) => count === 2,
  );
});

test('an upload that takes too long is ended', async () => {
  const before = await startBefore((request) => request.resume().on('error', () => undefined), {
    FILE_TIMEOUT_MS: '200',
  });
  const { response } = slowUpload(before);
  expect(await response).toMatchObject({ status: 504, text: expect.stringContaining('UPSTREAM_TIMEOUT') });
});

describe('what the REST API says becomes a code', () => {
  const error =
    (status: number): Respond =>
    (request, response) =>
      request
        .resume()
        .once('end', () => response.writeHead(status).end('{"error":{"message":"No.","type":"x"}}'));
  test.each<[string, Respond, (number | string)[]]>([
    ['a key that is not valid', error(401), [401, 'UNAUTHENTICATED']],
    ['a file that is too long', error(413), [400, 'BAD_USER_INPUT']],
    ['too many requests', error(429), [429, 'RATE_LIMITED']],
    ['a failure', error(500), [502, 'UPSTREAM_ERROR']],
    [
      'a broken connection',
      (request, response) => request.resume().once('end', () => response.destroy()),
      [502, 'OUTCOME_UNKNOWN'],
    ],
    [
      'something else than a file',
      (request, response) => request.resume().once('end', () => response.end('[]')),
      [502, 'UPSTREAM_ERROR'],
    ],
  ])('%s', async (_, respond, expected) => {
    const before = await startBefore(respond);
    expect(codesOf(await upload(before, formWith('x')))).toEqual(expected);
  });

  test('a download that breaks in the middle breaks for the client', async () => {
    const before = await startBefore((request, response) => {
      if (!request.url?.endsWith('/content')) return response.end(FILE);
      response.writeHead(200, { 'content-length': 1000 });
      return response.write('x', () => response.destroy());
    });
    const response = await fetch(urlOf(before, '/files/file-1/content'));
    await expect(response.text()).rejects.toThrow();
  });
});

test('FILES=off serves no files', async () => {
  const off = await startGraph({ FILES: 'off' });
  onTestFinished(off.close);
  expect(
    (await sendHttp(off.url, { target: '/files', headers: { 'x-requested-with': 'test' } })).status,
  ).toBe(404);
  expect(await uploadToRest(off.localUrl)).toBeTruthy();
});
