/** src/runs/ over real HTTP, with the local API as upstream, behind a proxy that can misbehave. */
import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLocalApi } from '../../../src/local/local-api.ts';
import { createRestClient, type RestClient } from '../../../src/rest/client.ts';
import { createStreamTransport, type StreamTransport } from '../../../src/rest/stream-transport.ts';
import { createTransport, type Transport } from '../../../src/rest/transport.ts';
import type { Run } from '../../../src/rest/wire/run.ts';
import { createRuns, type RunsOptions } from '../../../src/runs/create-runs.ts';
import type { CredentialRuns, RunIds, Runs } from '../../../src/runs/runs.ts';
import { BUILT_MODULES } from '../../support/built-modules.ts';
import { unhurried } from '../../support/unhurried.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';
import { REQUEST_MS } from './manual-clock.ts';

export interface Running {
  readonly upstream: Upstream;
  /** The local API itself. */
  readonly localUrl: string;
  readonly streams: StreamTransport;
  readonly transport: Transport;
  readonly all: Runs;
  readonly runs: CredentialRuns;
  readonly rest: RestClient;
  /** An assistant with the functions `alpha` and `beta`. */
  readonly assistantId: string;
  /** Creates a thread with this user message. */
  newThread(says: string): Promise<string>;
}

export interface RunningOptions extends Partial<RunsOptions> {
  readonly tokenMs?: number;
  readonly streaming?: boolean;
  readonly maxStreams?: number;
  readonly idleMs?: number;
}

export const credential = { apiKey: 'test-key', organization: undefined, beta: 'assistants=v1' };

export const idsOf = (run: Run): RunIds => ({ thread_id: run.thread_id, run_id: run.id });

/** Closed at the end of the test. */
export async function startRunning(options: RunningOptions = {}): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'assistants-graphql-'));
  const local = await createLocalApi({
    dataDir,
    port: 0,
    tokenMs: options.tokenMs ?? 0,
    builtModules: BUILT_MODULES,
  });
  const upstream = await startUpstream(local.url);
  const transport = createTransport({
    url: upstream.url,
    connections: 64,
    ...(options.clock && { clock: options.clock }),
  });
  const streams = createStreamTransport({
    url: upstream.url,
    streams: options.maxStreams ?? 8,
    ...(options.idleMs !== undefined && { idleMs: options.idleMs }),
  });
  const all = createRuns({
    transport,
    streams: options.streaming === false ? undefined : streams,
    ...options,
    limits: { requestMs: REQUEST_MS, ...options.limits },
  });
  onTestFinished(async () => {
    await all.close();
    await Promise.all([transport.close(), streams.close(), upstream.close()]);
    await local.close();
    await rm(dataDir, { recursive: true });
  });
  const never = new AbortController().signal;
  setMaxListeners(0, never);
  const rest = createRestClient(transport, {
    ...unhurried(transport),
    ...credential,
    principal: 'test',
    readSignal: never,
    writeSignal: never,
    sharing: { read: (_what, signal, start) => start(signal), beginEpoch: () => undefined },
    maxConcurrent: 64,
  });
  const tools = ['alpha', 'beta'].map((name) => ({ type: 'function' as const, function: { name } }));
  const { id: assistantId } = await rest.call('createAssistant', { body: { model: 'offline', tools } });
  upstream.calls.length = 0;
  const newThread = async (says: string) => {
    const messages = [{ role: 'user' as const, content: says }];
    return (await rest.call('createThread', { body: { messages } })).id;
  };
  return {
    upstream,
    localUrl: local.url,
    streams,
    transport,
    all,
    runs: all.of(credential),
    rest,
    assistantId,
    newThread,
  };
}

/** Starts a run in a new thread with this user message. */
export async function startRun(
  { runs, rest, assistantId, newThread }: Running,
  says: string,
): Promise<RunIds> {
  const thread_id = await newThread(says);
  const body = { assistant_id: assistantId };
  return idsOf(await runs.start(rest, 'createRun', { thread_id, body }));
}
