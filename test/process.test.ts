import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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
import { poll } from './support/poll.ts';
import { freshSettings, processesOf, startProgram } from './support/process.ts';

const GRAPH = /^GraphQL is served on (\S+)$/m;
const LOCAL_API = /^The local Assistants API listens on (\S+)$/m;

test('npm start serves at once, ends when npm is told to, and knows everything when it is started again', async () => {
  const settings = await freshSettings();
  const first = startProgram('npm start', settings);
  const url = await first.says(GRAPH);
  expect((await fetch(`${await first.says(LOCAL_API)}/assistants`)).status).toBe(401);
  const threadId = await askQuestion(url, 'What is kept?');
  const answered = await readResponse(url, threadId);
  first.signal('SIGTERM');
  expect(await first.ended).toBe(0);
  expect(processesOf(settings)).toEqual([]);

  const second = startProgram('npm start', settings);
  const { thread } = await ask(await second.says(GRAPH), ReadThreadDocument, { id: threadId });
  expect(thread).toEqual(answered);
});

test('npm run local serves the local API alone', async () => {
  const settings = await freshSettings();
  const program = startProgram('npm run local', settings);
  const url = await program.says(LOCAL_API);
  expect((await fetch(`${url}/assistants`)).status).toBe(401);
  expect(program.written.out).not.toMatch(GRAPH);
  program.signal('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(processesOf(settings)).toEqual([]);
});

test('an operation under way is answered before the process ends, however often it is signalled', async () => {
  const upstream = await startSlowUpstream();
  const settings = await freshSettings();
  const program = startProgram('npm start', { ...settings, ...upstream.settings });
  const url = await program.says(GRAPH);
  const response = fetch(url, listAssistants);
  await upstream.asked;

  program.signal('SIGTERM');
  await program.says(/Stopping/);
  program.signal('SIGTERM');
  program.signal('SIGINT');
  await vi.waitFor(() => expect(fetch(url, listAssistants)).rejects.toThrow());
  upstream.answer();
  expect(await (await response).json()).toEqual({ data: { assistants: { nodes: [] } } });
  // The connection is not kept for a next request, although the client would, and any other server does.
  const dropped = keptConnectionDropped();
  expect(await Promise.race([program.ended, dropped])).toBe(0);
  expect(processesOf(settings)).toEqual([]);
});

test('an operation that does not end is cut off in time', async () => {
  const upstream = await startSlowUpstream();
  const settings = await freshSettings();
  const program = startProgram('npm start', { ...settings, ...upstream.settings, SHUTDOWN_MS: '2000' });
  const response = fetch(await program.says(GRAPH), listAssistants);
  await upstream.asked;
  program.signal('SIGTERM');
  await expect(response).rejects.toThrow();
  expect(await program.ended).toBe(0);
  expect(processesOf(settings)).toEqual([]);
});

test('told to end while it is still building, nothing is left behind and the next start works', async () => {
  const settings = await freshSettings();
  const program = startProgram('npm start', settings);
  // The compiler proper: npm passes no signal on until a moment after it has started the script.
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

test('an argument that would do nothing ends the start with one sentence', async () => {
  for (const command of ['npm start --silent -- --port 0', 'npm run local --silent -- --port 0']) {
    const program = startProgram(command, await freshSettings());
    expect(await program.ended).toBe(1);
    expect(program.written.err).toBe(
      "Cannot start: it knows no argument '--port': settings are environment variables, such as PORT.\n",
    );
  }
});

test('a port that is taken ends the start with one sentence', async () => {
  const taken = await listenSomewhere();
  for (const [setting, change] of [
    ['PORT', 'PORT or HOST'],
    ['LOCAL_API_PORT', 'LOCAL_API_PORT'],
  ] as const) {
    const program = startProgram('npm start --silent', { ...(await freshSettings()), [setting]: taken });
    expect(await program.ended).toBe(1);
    expect(program.written.err).toBe(
      `Cannot start: Port ${taken} on 127.0.0.1 is already in use: change ${change}.\n`,
    );
  }
});

test('a data directory that is in use ends the start with one sentence', async () => {
  const settings = await freshSettings();
  await startProgram('npm start', settings).says(GRAPH);
  const second = startProgram('npm start --silent', settings);
  expect(await second.ended).toBe(1);
  expect(second.written.err).toBe(
    `Cannot start: DATA_DIR ${settings.DATA_DIR} is in use by another process.\n`,
  );
});

test('without its local API the server does not live on', async () => {
  const settings = await freshSettings();
  const program = startProgram(`node --import=${breakLocalApiOnSigusr2} dist/main.js`, settings);
  await program.says(LOCAL_API);
  program.signal('SIGUSR2');
  expect(await program.ended).toBe(1);
  expect(program.written.err).toBe('The local API crashed: Error: the disk is on fire\n');
});

async function ask<Data, Variables>(
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
  const { createAssistant } = await ask(url, CreateAssistantDocument, { input: { model: 'offline' } });
  const { createThread } = await ask(url, CreateThreadDocument, { input: {} });
  const threadId = createThread?.thread.id ?? '';
  await ask(url, CreateMessageDocument, { input: { threadId, content } });
  const assistantId = createAssistant?.assistant.id ?? '';
  await ask(url, CreateRunDocument, { input: { threadId, assistantId } });
  return threadId;
}

async function readResponse(url: string, id: string) {
  const { thread } = await poll(
    () => ask(url, ReadThreadDocument, { id }),
    (data) => data.thread?.activeRun === null,
  );
  expect(thread?.messages?.nodes.map((message) => message?.role)).toEqual(['USER', 'ASSISTANT']);
  return thread;
}

const listAssistants = post({ query: '{ assistants { nodes { id } } }' });

/** A REST API that has no assistants, and answers when it is told to. */
async function startSlowUpstream() {
  let answer = () => {};
  let onAsked = () => {};
  const released = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  const server = createServer(async (_request, response) => {
    onAsked();
    await released;
    response.end(
      JSON.stringify({ object: 'list', data: [], first_id: null, last_id: null, has_more: false }),
    );
  });
  const port = await listen(server);
  return {
    asked,
    answer,
    settings: { UPSTREAM_URL: `http://127.0.0.1:${port}/v1`, UPSTREAM_API_KEY: 'key' },
  };
}

/** @returns the port */
async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return String((server.address() as AddressInfo).port);
}

const listenSomewhere = () => listen(createServer());

/** Loaded ahead of the program, in each of its threads: a signal to the process makes the other thread throw. */
const breakLocalApiOnSigusr2 = `data:text/javascript,${encodeURIComponent(`
  import { isMainThread } from 'node:worker_threads';
  const channel = new BroadcastChannel('break');
  channel.unref();
  if (isMainThread) process.on('SIGUSR2', () => channel.postMessage(''));
  else channel.onmessage = () => { throw new Error('the disk is on fire') };
`)}`;

/** Fulfilled when a server that does nothing about it has let a connection go on which nothing more is asked. */
async function keptConnectionDropped(): Promise<'dropped'> {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  const dropped = new Promise<'dropped'>((resolve) =>
    server.once('connection', (socket) => socket.once('close', () => resolve('dropped'))),
  );
  await once(server, 'listening');
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return dropped;
}
