/** Files on their way: how they flow, and what becomes of them if the client or the REST API fails. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { Logger } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { listenLocally } from '../support/listen.ts';
import { poll } from '../support/poll.ts';
import { recordLog } from '../support/record-log.ts';
import { codesOf, formWith, upload, urlOf } from './support/uploads.ts';

type Respond = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A REST API of one handler, and a server in front of it. */
async function startBefore(respond: Respond, env: Record<string, string> = {}, log?: Logger) {
  const server = createServer(respond);
  const filesUrl = `http://127.0.0.1:${await listenLocally(server)}/v1`;
  const started = await startGraph(env, { filesUrl, ...(log && { log }) });
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
      'a connection that breaks in the middle of a response',
      (request, response) =>
        request.resume().once('end', () => response.write(FILE.slice(0, 20), () => response.destroy())),
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

  test('a download whose description breaks in the middle', async () => {
    const before = await startBefore((_, response) =>
      response.write(FILE.slice(0, 20), () => response.destroy()),
    );
    const response = await fetch(urlOf(before, '/files/file-1/content'));
    expect(codesOf({ status: response.status, ...(await response.json()) })).toEqual([
      503,
      'UPSTREAM_UNAVAILABLE',
    ]);
  });

  const endless: Respond = (request, response) => {
    if (!request.url?.endsWith('/content')) return response.end(FILE);
    return response.writeHead(200, { 'content-length': 1000 }).write('x');
  };

  test('a download that breaks in the middle breaks for the client', async () => {
    const { log, entries } = recordLog();
    const before = await startBefore(
      (request, response) => {
        endless(request, response);
        if (!response.writableEnded) response.write('x', () => response.destroy());
      },
      {},
      log,
    );
    const response = await fetch(urlOf(before, '/files/file-1/content'));
    await expect(response.text()).rejects.toThrow();
    const failures = [{ code: 'UPSTREAM_UNAVAILABLE', operation: 'getFileContent' }];
    const logged = await poll(
      async () => entries(),
      ({ length }) => length === 2,
    );
    expect(logged).toMatchObject([{ failures }, { msg: 'request', code: 'UPSTREAM_UNAVAILABLE' }]);
  });

  test('a client that leaves in the middle of a download is no failure', async () => {
    const { log, entries } = recordLog();
    const before = await startBefore(endless, {}, log);
    const leave = new AbortController();
    const { body } = await fetch(urlOf(before, '/files/file-1/content'), { signal: leave.signal });
    await body?.getReader().read();
    leave.abort();
    const hasLeft = { msg: 'request', type: 'download', code: 'DISCONNECTED' };
    await poll(
      async () => entries(),
      ({ length }) => length > 0,
    );
    await fetch(urlOf(before, '/health'));
    const logged = await poll(
      async () => entries(),
      ({ length }) => length > 1,
    );
    expect(logged).toMatchObject([hasLeft, { type: 'probe' }]);
  });
});
