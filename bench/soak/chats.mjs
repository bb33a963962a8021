/**
 * Clients that chat: each creates a thread, asks, follows the run over a WebSocket, and reads the thread. They check that the
 * text which came in events is the text of the message.
 *
 *   chats.mjs SEED URL CLIENTS, with an IPC channel
 */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createRandom } from './random.mjs';

const [, , seed, url, clients] = process.argv;
const random = createRandom(Number(seed));
const report = {
  operations: 0,
  runs: 0,
  reconnects: 0,
  texts: { equal: 0, different: 0 },
  errors: {},
  /** Of writes, by their IDs: `done`, `unknown` or `failed`. */
  writes: {},
};
let isOver = false;

async function post(query, variables) {
  report.operations++;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors = [] } = await response.json();
  for (const { extensions } of errors) count(extensions?.code);
  return { data, errors };
}

function count(code) {
  report.errors[code] = (report.errors[code] ?? 0) + 1;
}

/** @returns the payload, or undefined if the mutation failed */
async function write(field, query, input) {
  const id = `${seed}-${Object.keys(report.writes).length}`;
  report.writes[id] = 'unknown';
  const { data, errors } = await post(query, { input: { ...input, metadata: { soak: id } } });
  const isUnknown = errors.some(({ extensions }) => extensions?.code === 'OUTCOME_UNKNOWN');
  report.writes[id] = data?.[field] ? 'done' : isUnknown ? 'unknown' : 'failed';
  return data?.[field] ?? undefined;
}

const CREATE_THREAD =
  'mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { id } } }';
const CREATE_MESSAGE =
  'mutation ($input: CreateMessageInput!) { createMessage(input: $input) { message { id } } }';
const CREATE_RUN = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id } } }';
const READ = `query ($id: ID!) { thread(id: $id) {
  messages(first: 10, order: DESC) { edges { node { id role text run { status } assistant { name } } } }
  runs(first: 5) { edges { node { status steps(first: 5) { edges { node { type status } } } } } } } }`;
const FOLLOW = `subscription ($id: ID!, $after: String) { runEvents(id: $id, after: $after) {
  __typename cursor ... on RunStatusChanged { status } ... on MessageDelta { messageId index offset text } } }`;

/** Follows a run to its end. Some followers disconnect in between. @returns the text of its message, by offsets; undefined after an error */
function follow(id) {
  const variables = { id };
  let text = '';
  let hasFailed = false;
  let cutAfter = random.below(4) === 0 ? 1 + random.below(20) : undefined;
  return new Promise((resolve) => {
    const client = createClient({
      url: url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      lazy: true,
      retryAttempts: 20,
      shouldRetry: () => true,
      retryWait: () => new Promise((again) => setTimeout(again, 100)),
    });
    const end = (result) => {
      resolve(result);
      client.dispose();
    };
    client.subscribe(
      { query: FOLLOW, variables },
      {
        next({ data, errors }) {
          for (const { extensions } of errors ?? []) count(extensions?.code);
          const event = data?.runEvents;
          if (!event) {
            hasFailed = true;
            return;
          }
          variables.after = event.cursor;
          if (event.__typename === 'RunEventsReset') text = '';
          if (event.__typename === 'MessageDelta') text = text.slice(0, event.offset) + event.text;
          if (cutAfter !== undefined && --cutAfter === 0) {
            report.reconnects++;
            cutAfter = undefined;
            client.terminate();
          }
        },
        error: (failure) => {
          for (const { extensions } of Array.isArray(failure) ? failure : []) count(extensions?.code);
          end(undefined);
        },
        complete: () => end(hasFailed ? undefined : text),
      },
    );
  });
}

async function chat(assistantId) {
  const created = await write('createThread', CREATE_THREAD, {});
  if (created === undefined) return;
  const threadId = created.thread.id;
  for (let turn = 0; turn < 3 && !isOver; turn++) {
    const content = `Question ${turn}: ${'how are you '.repeat(1 + random.below(30))}?`;
    const asked = await write('createMessage', CREATE_MESSAGE, { threadId, content, onActiveRun: 'WAIT' });
    if (asked === undefined) continue;
    const started = await write('createRun', CREATE_RUN, { threadId, assistantId, onActiveRun: 'WAIT' });
    if (started === undefined) continue;
    const text = await follow(started.run.id);
    report.runs++;
    await read(threadId, text);
  }
}

/** @param text the newest message, if it was followed to its end */
async function read(threadId, text) {
  const { data, errors } = await post(READ, { id: threadId });
  const newest = data?.thread?.messages?.edges[0]?.node;
  if (text === undefined || errors.length > 0 || newest?.role !== 'ASSISTANT') return;
  report.texts[newest.text === text ? 'equal' : 'different']++;
}

async function createAssistant() {
  for (;;) {
    const { data } = await post(
      'mutation { createAssistant(input: { model: "offline", name: "Soak" }) { assistant { id } } }',
    );
    if (data?.createAssistant) return data.createAssistant.assistant.id;
  }
}

const assistantId = await createAssistant();
const chats = Array.from({ length: Number(clients) }, async () => {
  while (!isOver) await chat(assistantId).catch((error) => count(error.cause?.code ?? error.message));
});
process.on('message', async (message) => {
  if (message === 'stop') {
    isOver = true;
    await Promise.all(chats);
  }
  process.send(report);
});
process.on('disconnect', () => process.exit());
process.send('ready');
