/** A deploy: one server stops while another runs, and subscribers go on there. */
import { type Client, createClient } from 'graphql-ws';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { poll } from '../support/poll.ts';
import { freshSettings, startProgram } from '../support/process.ts';
import { callRest } from '../support/world.ts';

const RUNS = 5;
const SUBSCRIBERS = 200;
const WORDS = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
const TEXT = `I am the offline model of the local API.\n\nYou said: ${WORDS}`;

interface RunEvent {
  readonly __typename: string;
  readonly cursor: string;
  readonly status?: string;
  readonly offset?: number;
  readonly text?: string;
}

const FOLLOW = `subscription ($id: ID!, $after: String) { runEvents(id: $id, after: $after) {
  __typename cursor ... on RunStatusChanged { status } ... on MessageDelta { offset text } } }`;

/** Follows a run as the client in the README does, and connects again whenever it is disconnected. */
function follow(client: Client, id: string) {
  const state = { text: '', status: '', resets: 0 };
  const variables: { id: string; after?: string } = { id };
  const ended = new Promise<void>((complete, error) => {
    const next = ({ data }: { data?: { runEvents: RunEvent } | null }) => {
      if (!data) return;
      const { __typename, cursor, status, offset = 0, text = '' } = data.runEvents;
      variables.after = cursor;
      if (__typename === 'RunEventsReset') {
        state.resets++;
        state.text = '';
      }
      if (status !== undefined) state.status = status;
      if (__typename === 'MessageDelta') state.text = state.text.slice(0, offset) + text;
    };
    client.subscribe<{ runEvents: RunEvent }>({ query: FOLLOW, variables }, { next, error, complete });
  });
  return { state, ended };
}

const GRAPH = /^GraphQL is served on (\S+)$/m;

test('after a deploy, every subscriber has the right text and status from the other server', async () => {
  const local = startProgram('node dist/main.js local', {
    ...(await freshSettings()),
    OFFLINE_TOKEN_MS: '100',
  });
  const upstream = await local.says(/^The local Assistants API listens on (\S+)$/m);
  const settings = {
    UPSTREAM_URL: upstream,
    UPSTREAM_API_KEY: 'key',
    SHUTDOWN_MS: '20000',
    SHUTDOWN_DELAY_MS: '1000',
  };
  const start = async () => startProgram('node dist/main.js', { ...(await freshSettings()), ...settings });
  const [old, next] = [await start(), await start()];
  const [oldUrl, nextUrl] = [await old.says(GRAPH), await next.says(GRAPH)];

  const { id: assistant_id } = await callRest(upstream, '/assistants', { model: 'offline' });
  const ids = await Promise.all(
    Array.from({ length: RUNS }, async () => {
      const thread = { messages: [{ role: 'user', content: WORDS }] };
      const run = await callRest(upstream, '/threads/runs', { assistant_id, thread });
      return `${run.thread_id}/${run.id}`;
    }),
  );
  let url = oldUrl;
  const codes: number[] = [];
  const followers = Array.from({ length: SUBSCRIBERS }, (_, index) => {
    const client = createClient({
      url: () => url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      shouldRetry: () => true,
      retryWait: async () => undefined,
      on: { closed: (event) => codes.push(Object(event).code) },
    });
    onTestFinished(() => void client.dispose());
    return follow(client, ids[index % RUNS] ?? '');
  });
  await poll(
    async () => followers.filter(({ state }) => state.status === 'IN_PROGRESS').length,
    (count) => count === SUBSCRIBERS,
  );

  old.signal('SIGTERM');
  const ready = () => fetch(new URL('/ready', oldUrl)).then(({ status }) => status);
  await poll(ready, (status) => status === 503);
  // Until load balancers have noticed, it serves.
  const query = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  };
  expect((await fetch(oldUrl, query)).status).toBe(200);
  expect(codes).toEqual([]);
  url = nextUrl;

  expect(await old.ended).toBe(0);
  await poll(
    async () => codes.length,
    (count) => count >= SUBSCRIBERS,
  );
  expect(codes.slice(0, SUBSCRIBERS)).toEqual(Array.from({ length: SUBSCRIBERS }, () => 1012));
  await Promise.all(followers.map(({ ended }) => ended));
  for (const { state } of followers) expect(state).toEqual({ text: TEXT, status: 'COMPLETED', resets: 1 });
});
