import { createServer } from 'node:http';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  CreateAssistantDocument,
  CreateMessageDocument,
  CreateRunDocument,
  CreateThreadDocument,
  ReadThreadDocument,
} from './generated/operations.ts';
import { listenLocally } from './support/listen.ts';
import { poll } from './support/poll.ts';
import { freshSettings, processesOf, startProgram } from './support/process.ts';

const GRAPH = /^GraphQL is served on (\S+)$/m;
const LOCAL_API = /^The local Assistants API listens on (\S+)$/m;

test('npm start starts the server without configuration, stops on SIGTERM to npm, and keeps its data for the next start', async () => {
  const settings = await freshSettings();
  const first = startProgram('npm start', settings);
  const url = await first.says(GRAPH);
  expect((await fetch(`${await first.says(LOCAL_API)}/assistants`)).status).toBe(401);
  const threadId = await askQuestion(url, 'What is stored?');
  const stored = await readResponse(url, threadId);
  first.signal('SIGTERM');
  expect(await first.ended).toBe(0);
  expect(processesOf(settings)).toEqual([]);

  const second = startProgram('npm start', settings);
  const { thread } = await execute(await second.says(GRAPH), ReadThreadDocument, { id: threadId });
  expect(thread).toEqual(stored);
});

test('npm run local starts the local API alone', async () => {
  const settings = await freshSettings();
  const program = startProgram('npm run local', settings);
  const url = await program.says(LOCAL_API);
  expect((await fetch(`${url}/assistants`)).status).toBe(401);
  expect(program.written.out).not.toMatch(GRAPH);
  program.signal('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(processesOf(settings)).toEqual([]);
});

test('a running operation is completed before the process exits, even after several signals', async () => {
  const upstream = await startSlowUpstream();
  const settings = await freshSettings();
  const program = startProgram('npm start', { ...settings, ...upstream.settings });
  const url = await program.says(GRAPH);
  const response = fetch(url, listAssistants);
  await upstream.requested;

  program.signal('SIGTERM');
  await program.says(/Stopping/);
  program.signal('SIGTERM');
  program.signal('SIGINT');
  await vi.waitFor(() => expect(fetch(url, listAssistants)).rejects.toThrow());
  upstream.respond();
  expect(await (await response).json()).toEqual({ data: { assistants: { nodes: [] } } });
  // The server closes the connection after the response, although the client would keep it alive.
  const dropped = idleConnectionDropped();
  expect(await Promise.race([program.ended, dropped])).toBe(0);
  expect(processesOf(settings)).toEqual([]);
});

test('an operation that takes too long is aborted before SHUTDOWN_MS', async () => {
  const upstream = await startSlowUpstream();
  const settings = await freshSettings();
  const program = startProgram('npm start', { ...settings, ...upstream.settings, SHUTDOWN_MS: '2000' });
  const response = fetch(await program.says(GRAPH), listAssistants);
  await upstream.requested;
  program.signal('SIGTERM');
  await expect(response).rejects.toThrow();
  expect(await program.ended).toBe(0);
  expect(processesOf(settings)).toEqual([]);
});

test('a signal during the build leaves no process behind, and the next start works', async () => {
  const settings = await freshSettings();
  const program = startProgram('npm start', settings);
  // Wait for the compiler itself: npm does not forward signals until shortly after it has started the script.
  await vi.waitFor(
    () =>
      expect(processesOf(settings).map(({ command }) => command)).toContainEqual(
        expect.stringMatching(/lib\/tsc /),
      ),
    { interval: 5, timeout: 10_000 },
  );
  program.signal('SIGTERM');
  await program.ended;
  await vi.waitFor(() => expect(processesOf(settings)).toEqual([]), { timeout: 10_000 });
  expect(program.written.out).not.toMatch(GRAPH);

  await startProgram('npm start', settings).says(GRAPH);
});

test('an unknown argument fails the start with one sentence', async () => {
  for (const command of ['npm start --silent -- --port 0', 'npm run local --silent -- --port 0']) {
    const program = startProgram(command, await freshSettings());
    expect(await program.ended).toBe(1);
    expect(program.written.err).toBe(
      "Cannot start: unknown argument '--port'. Settings are environment variables, such as PORT.\n",
    );
  }
});

test('invalid settings fail the start with one line each', async () => {
  const invalid = { ...(await freshSettings()), PORT: 'x', GRAPHIQL: 'y' };
  const program = startProgram('npm start --silent', invalid);
  expect(await program.ended).toBe(1);
  expect(program.written).toEqual({
    out: '',
    err: 'PORT must be a whole number from 0 to 65535\nGRAPHIQL must be on or off\n',
  });
});

test('a port in use fails the start with one sentence', async () => {
  const usedPort = await listenSomewhere();
  for (const [setting, change] of [
    ['PORT', 'PORT or HOST'],
    ['LOCAL_API_PORT', 'LOCAL_API_PORT or LOCAL_API_HOST'],
  ] as const) {
    const program = startProgram('npm start --silent', { ...(await freshSettings()), [setting]: usedPort });
    expect(await program.ended).toBe(1);
    expect(program.written.err).toBe(
      `Cannot start: Port ${usedPort} on 127.0.0.1 is already in use: change ${change}.\n`,
    );
  }
});

test('a data directory in use fails the start with one sentence', async () => {
  const settings = await freshSettings();
  await startProgram('npm start', settings).says(GRAPH);
  const second = startProgram('npm start --silent', settings);
  expect(await second.ended).toBe(1);
  expect(second.written.err).toBe(
    `Cannot start: DATA_DIR ${settings.DATA_DIR} is in use by another process.\n`,
  );
});

test('the server exits if its local API crashes', async () => {
  const settings = await freshSettings();
  const program = startProgram(`node --import=${breakLocalApiOnSigusr2} dist/main.js`, settings);
  await program.says(LOCAL_API);
  program.signal('SIGUSR2');
  expect(await program.ended).toBe(1);
  expect(program.written.err).toBe('The local API crashed: Error: the disk is on fire\n');
});

async function execute<Data, Variables>(
  url: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(url, post({ query: print(document), variables }));
  const { data, errors } = await response.json();
  expect(errors).toBeUndefined();
  return data;
}

function post(body: unknown) {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}

/** @returns the thread's id */
async function askQuestion(url: string, content: string): Promise<string> {
  const { createAssistant } = await execute(url, CreateAssistantDocument, { input: { model: 'offline' } });
  const { createThread } = await execute(url, CreateThreadDocument, { input: {} });
  const threadId = createThread?.thread.id ?? '';
  await execute(url, CreateMessageDocument, { input: { threadId, content } });
  const assistantId = createAssistant?.assistant.id ?? '';
  await execute(url, CreateRunDocument, { input: { threadId, assistantId } });
  return threadId;
}

async function readResponse(url: string, id: string) {
  const { thread } = await poll(
    () => execute(url, ReadThreadDocument, { id }),
    (data) => data.thread?.activeRun === null,
  );
  expect(thread?.messages?.nodes.map((message) => message?.role)).toEqual(['USER', 'ASSISTANT']);
  return thread;
}

const listAssistants = post({ query: '{ assistants { nodes { id } } }' });

/** A REST API without assistants that responds only after `respond()`. */
async function startSlowUpstream() {
  let respond = () => {};
  let onRequest = () => {};
  const released = new Promise<void>((resolve) => {
    respond = resolve;
  });
  const requested = new Promise<void>((resolve) => {
    onRequest = resolve;
  });
  const server = createServer(async (_request, response) => {
    onRequest();
    await released;
    response.end(
      JSON.stringify({ object: 'list', data: [], first_id: null, last_id: null, has_more: false }),
    );
  });
  const port = await listen(server);
  return {
    requested,
    respond,
    settings: { UPSTREAM_URL: `http://127.0.0.1:${port}/v1`, UPSTREAM_API_KEY: 'key' },
  };
}

/** @returns the port */
async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return String(await listenLocally(server));
}

const listenSomewhere = () => listen(createServer());

/** Loaded before the program, in each of its threads: SIGUSR2 makes the thread of the local API throw. */
const breakLocalApiOnSigusr2 = `data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from 'node:worker_threads';
  const channel = new BroadcastChannel('break');
  channel.unref();
  if (isMainThread) process.on('SIGUSR2', () => channel.postMessage(''));
  else channel.onmessage = () => { throw new Error('the disk is on fire') };
`)}`;

/** Resolves when a server with Node's defaults has closed an idle connection. */
async function idleConnectionDropped(): Promise<'dropped'> {
  const server = createServer((_, response) => response.end());
  onTestFinished(() => void server.close());
  const dropped = new Promise<'dropped'>((resolve) =>
    server.once('connection', (socket) => socket.once('close', () => resolve('dropped'))),
  );
  await fetch(`http://127.0.0.1:${await listenLocally(server)}`);
  return dropped;
}
