/** The client in the README, as a program of its own, on a network that fails. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { createServer } from '../src/server.ts';
import { codeBlocks } from './support/doc-page.ts';
import { type Graph, startGraph } from './support/graph.ts';
import { holdStreams } from './support/hold-stream.ts';
import { poll } from './support/poll.ts';
import { ROOT } from './support/process.ts';
import { startTcpProxy } from './support/tcp-proxy.ts';

const URL_IN_README = 'ws://127.0.0.1:4000/graphql';
const [client = ''] = codeBlocks('README.md', 'js');

test('after a disconnect, the client in the README continues after the last event', async () => {
  const graph = await startFollowedGraph();
  const { proxy, texts, ended } = await follow(graph);
  await until(() => texts.at(-1)?.endsWith(' 5'));

  proxy.cut();
  await until(() => graph.counts().followers === 0);
  await until(() => graph.counts().followers === 1);
  graph.release();

  expect(await ended).toBe(0);
  expect(texts.at(-1)).toBe('I am the offline model of the local API.\n\nYou said: 1 2 3 4 5 6 7 8 9');
  for (const [index, text] of texts.entries()) {
    const before = texts[index - 1] ?? '';
    expect(text.startsWith(before) && text.length > before.length, `${before} | ${text}`).toBe(true);
  }
});

test('after a restart of the server, the client in the README rebuilds the text', async () => {
  const graph = await startFollowedGraph();
  const { proxy, texts, ended } = await follow(graph);
  await until(() => texts.at(-1)?.endsWith(' 5'));

  proxy.target = await startSecondServer(graph);
  proxy.cut();

  expect(await ended).toBe(0);
  expect(texts.at(-1)).toBe('I am the offline model of the local API.\n\nYou said: 1 2 3 4 5 6 7 8 9');
});

async function until(isTrue: () => boolean | undefined): Promise<void> {
  await poll(async () => isTrue(), Boolean);
}

interface FollowedGraph extends Graph {
  readonly runId: string;
  /** Lets the run go on after it has said 5. */
  readonly release: () => void;
}

async function startFollowedGraph(): Promise<FollowedGraph> {
  const graph = await startGraph();
  onTestFinished(graph.close);
  const release = holdStreams(graph, '" 5"');
  const { createAssistant } = await graph.data<{ createAssistant: { assistant: { id: string } } }, object>(
    'mutation { createAssistant(input: { model: "offline" }) { assistant { id } } }',
  );
  const { createThreadAndRun } = await graph.data<{ createThreadAndRun: { run: { id: string } } }, object>(
    `mutation ($assistantId: ID!) {
      createThreadAndRun(
        input: { assistantId: $assistantId, thread: { messages: [{ content: "1 2 3 4 5 6 7 8 9" }] } }
      ) { run { id } }
    }`,
    { assistantId: createAssistant.assistant.id },
  );
  return { ...graph, release, runId: createThreadAndRun.run.id };
}

/** Another server in front of the same API: it knows nothing of what the first one has read. */
async function startSecondServer({ upstream, transport }: Graph): Promise<string> {
  const config = readConfig({ PORT: '0', UPSTREAM_URL: upstream.url, UPSTREAM_API_KEY: 'key' });
  const server = await createServer({
    config,
    transport,
    streams: undefined,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(server.close);
  return server.url;
}

/** Runs the client. @returns what it was told, and its exit code */
async function follow({ url, runId }: FollowedGraph) {
  expect(client).toContain(URL_IN_README);
  const proxy = await startTcpProxy(url);
  const code = `
    import { WebSocket } from 'ws';
    globalThis.WebSocket ??= WebSocket;
    // Takes the shortest delay before a reconnect.
    Math.random = () => 0;
    ${client.replace(URL_IN_README, proxy.url.replace('http', 'ws'))}
    await followRun(${JSON.stringify(runId)}, (text) => console.log(JSON.stringify(text)));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const texts: string[] = [];
  createInterface(child.stdout).on('line', (line) => texts.push(JSON.parse(line)));
  const ended = once(child, 'close').then(([exitCode]) => exitCode);
  return { proxy, texts, ended };
}
