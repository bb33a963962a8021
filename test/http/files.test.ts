/** Files that pass through the server to the REST API and back. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { sendHttp } from '../support/http.ts';
import { upload as uploadToRest } from '../support/world.ts';
import { codesOf, formWith, upload, urlOf } from './support/uploads.ts';

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

test('FILES=off serves no files', async () => {
  const off = await startGraph({ FILES: 'off' });
  onTestFinished(off.close);
  expect(
    (await sendHttp(off.url, { target: '/files', headers: { 'x-requested-with': 'test' } })).status,
  ).toBe(404);
  expect(await uploadToRest(off.localUrl)).toBeTruthy();
});
