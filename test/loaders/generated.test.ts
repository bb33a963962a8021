/** Generated operations: sharing reads never changes a response, and the price is never too low. */
import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { execute, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPrincipal } from '../../src/auth/principal.ts';
import type { Context } from '../../src/context.ts';
import type { Wanted } from '../../src/loaders/collections.ts';
import { Loaders } from '../../src/loaders/loaders.ts';
import type { NodeType } from '../../src/loaders/node-types.ts';
import { Reference } from '../../src/loaders/reference.ts';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { withoutMissingObjects } from '../../src/resolvers/missing-object.ts';
import { createRestClient, type RestClient } from '../../src/rest/client.ts';
import { createTransport } from '../../src/rest/transport.ts';
import { createRuns } from '../../src/runs/create-runs.ts';
import { schema } from '../../src/schema/index.ts';
import { allScopes } from '../../src/scopes.ts';
import { type Share, Turns } from '../../src/turns.ts';
import { fullWorld } from '../support/full-world.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { type Ids, type Inputs, mutations, queries } from '../support/queries.ts';
import { unexplainedNulls } from '../support/semantic-nulls.ts';
import { unhurried } from '../support/unhurried.ts';
import { callRest, createWorld, upload } from '../support/world.ts';

const RUNS = 150;
const SHOW_CALLS = { 'x-show-upstream-calls': '1' };
const variables = { yes: true, no: false };

/** Shares nothing: a GET for each use of an object, and a call for each list. */
class NaiveLoaders extends Loaders {
  readonly #rest: RestClient;

  constructor(rest: RestClient, turns: Share) {
    super(rest, turns);
    this.#rest = rest;
  }

  override referenceAt<Type extends NodeType>(type: Type, path: readonly string[]): Reference<Type> {
    return new Reference(type, path, this);
  }

  override load(wanted: Wanted): Promise<void> {
    return wanted.get(this.#rest);
  }
}

let graph: Graph;
let ids: Ids;

beforeAll(async () => {
  graph = await startGraph({ MAX_CALLS: '1000000', MAX_NODES: '100000000', MAX_DEPTH: '100' });
  ids = await createIds();
});
afterAll(() => graph.close());

test('a response is the same as if every object was read by itself, and never costs more calls', async () => {
  await fc.assert(
    fc.asyncProperty(
      queries({ ids, depth: 3, pageSizes: [0, 1, 2, 5, 20], cursors: true }),
      async (query) => {
        const shared = await graph.send(query, variables, SHOW_CALLS);
        const naive = await executeNaively(query);
        expect(shared.data).toEqual(naive.data);
        expect(failedFields(shared.errors)).toEqual(failedFields(naive.errors));
        expect(unexplainedNulls(query, variables, shared)).toEqual([]);
        expect(costOf(shared).calls).toBeLessThanOrEqual(naive.calls);
      },
    ),
    { numRuns: RUNS },
  );
});

test('an operation never costs more than its price', async () => {
  await fc.assert(
    fc.asyncProperty(queries({ ids, depth: 4, pageSizes: [0, 1, 3, 20], cursors: true }), async (query) => {
      const { calls, cost } = costOf(await graph.send(query, variables, SHOW_CALLS));
      expect(calls).toBeLessThanOrEqual(cost.calls);
    }),
    { numRuns: RUNS },
  );
});

test('a mutation never costs more than its price', async () => {
  const inputs = await createInputs();
  await fc.assert(
    fc.asyncProperty(
      mutations({ ids, depth: 3, pageSizes: [0, 1, 3, 20], cursors: true }, inputs),
      async (mutation) => {
        const { data, errors, extensions } = await graph.send(mutation, variables, SHOW_CALLS);
        expect(errors.filter(({ extensions: { code } }) => code === 'GRAPHQL_VALIDATION_FAILED')).toEqual([]);
        expect(unexplainedNulls(mutation, variables, { data, errors })).toEqual([]);
        const { calls, cost } = costOf({ extensions });
        expect(calls).toBeLessThanOrEqual(cost.calls);
      },
    ),
    { numRuns: RUNS },
  );
});

test('if every page is full and every link leads to another object, the price is at most four times the calls', async () => {
  graph.upstream.intercept = fullWorld;
  await fc.assert(
    fc.asyncProperty(queries({ ids, depth: 3, pageSizes: [0, 1, 3, 5] }), async (query) => {
      const { calls, cost } = costOf(await graph.send(query, variables, SHOW_CALLS));
      expect(calls).toBeLessThanOrEqual(cost.calls);
      expect(cost.calls).toBeLessThanOrEqual(4 * calls);
    }),
    { numRuns: RUNS },
  );
  graph.upstream.intercept = undefined;
});

async function executeNaively(query: string) {
  const transport = createTransport({ url: graph.upstream.url, connections: 16 });
  const forever = new AbortController().signal;
  setMaxListeners(0, forever);
  let calls = 0;
  const credential = { apiKey: 'key', organization: undefined, beta: 'assistants=v1' };
  const rest = createRestClient(transport, {
    ...unhurried(transport),
    ...credential,
    principal: 'naive',
    sharing: { read: (_, signal, start) => start(signal), beginEpoch: () => undefined },
    maxConcurrent: 16,
    readSignal: forever,
    writeSignal: forever,
    onSend: () => calls++,
  });
  const turns = new Turns().open();
  const contextValue: Context = {
    principal: createPrincipal(['naive'], credential, allScopes),
    rest,
    loaders: new NaiveLoaders(rest, turns),
    freshLoaders: () => new NaiveLoaders(rest, turns),
    threadPairs: 16,
    extendDeadline: () => undefined,
    lookUps: [],
    fields: { max: 1_000_000, count: 0 },
    turns,
    failures: { max: 1000, count: 0, further: new Map() },
    runs: createRuns({ transport }).of(credential),
    signal: forever,
  };
  const result = await execute({
    schema,
    document: parse(query),
    variableValues: variables,
    contextValue,
  });
  const { data, errors = [] } = await withoutMissingObjects(result, contextValue.lookUps);
  await transport.close();
  return { data: JSON.parse(JSON.stringify(data)), errors, calls };
}

/** If one missing object fails several fields, timing decides how many of them report it. */
function failedFields(errors: readonly { readonly path?: readonly unknown[] | undefined }[]): unknown[] {
  return [...new Set(errors.map(({ path }) => path?.[0]))].sort();
}

function costOf({ extensions }: { extensions: Record<string, unknown> | undefined }) {
  return extensions?.upstream as { calls: number; cost: { calls: number; nodes: number } };
}

/** Most of these objects exist, some do not. */
async function createIds(): Promise<Ids> {
  const world = await createWorld(graph.localUrl);
  const { threadId } = world;
  const { id: emptyThread } = await callRest(graph.localUrl, '/threads', {});
  return {
    threads: [threadId, threadId, emptyThread, 'thread_none'],
    assistants: [...world.assistantIds, 'asst_none'],
    messages: [...world.messageIds, 'msg_none'],
    runs: [...world.runIds, 'run_none'],
    steps: [...world.stepIds, 'step_none'],
    files: [...world.fileIds, 'file-none'],
    globalIds: [
      ...world.assistantIds.map((id) => encodeGlobalId('Assistant', [id])),
      ...world.messageIds.map((id) => encodeGlobalId('Message', [threadId, id])),
      ...world.runIds.map((id) => encodeGlobalId('Run', [threadId, id])),
      ...world.stepIds.map((id) => encodeGlobalId('RunStep', [threadId, world.runIds[0] ?? '', id])),
      ...world.fileIds.map((id) => encodeGlobalId('AssistantFile', [world.assistantId, id])),
      ...world.fileIds.map((id) => encodeGlobalId('MessageFile', [threadId, world.messageIds[0] ?? '', id])),
      encodeGlobalId('Thread', [threadId]),
      encodeGlobalId('Message', [threadId, 'msg_none']),
    ],
  };
}

/** For each mutation, an input that can succeed, and for most of them one that fails. */
async function createInputs(): Promise<Inputs> {
  const [assistant, deletable] = [ids.assistants[1], ids.assistants[2]];
  const [thread, message, run] = [ids.threads[0], ids.messages[0], ids.runs[0]];
  const { id: emptyThread } = await callRest(graph.localUrl, '/threads', {});
  const file = await upload(graph.localUrl);
  return {
    createAssistant: ['{ model: "offline" }', '{ model: "" }'],
    modifyAssistant: [`{ id: "${assistant}", name: "Guide" }`, '{ id: "asst_none", name: "" }'],
    deleteAssistant: [`{ id: "${deletable}" }`, '{ id: "asst_none" }'],
    createAssistantFile: [`{ assistantId: "${assistant}", fileId: "${file}" }`],
    deleteAssistantFile: [`{ id: "${assistant}/${file}" }`, '{ id: "asst_none/file-none" }'],
    createThread: ['{}', '{ messages: [{ content: "Hello." }] }'],
    modifyThread: [`{ id: "${thread}", metadata: {} }`, '{ id: "thread_none", metadata: {} }'],
    deleteThread: [`{ id: "${emptyThread}" }`, '{ id: "thread_none" }'],
    createMessage: [`{ threadId: "${thread}", content: "Hello." }`, '{ threadId: "a/b", content: "" }'],
    modifyMessage: [`{ id: "${thread}/${message}", metadata: {} }`, '{ id: "a/b", metadata: {} }'],
    createRun: [`{ threadId: "${thread}", assistantId: "${assistant}" }`],
    createThreadAndRun: [`{ assistantId: "${assistant}", thread: { messages: [{ content: "Hello." }] } }`],
    modifyRun: [`{ id: "${thread}/${run}", metadata: {} }`, '{ id: "a/b", metadata: {} }'],
    cancelRun: [`{ id: "${thread}/${run}" }`, '{ id: "a/b" }'],
    submitToolOutputsToRun: [
      `{ id: "${thread}/${run}", toolOutputs: [{ toolCallId: "call_none", output: "" }] }`,
    ],
  };
}
