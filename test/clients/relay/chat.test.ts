import { commitMutation, requestSubscription } from 'react-relay';
import type { PayloadError } from 'relay-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createThread, startRun, submitOutput } from '../objects.ts';
import { type Server, startServer } from '../server.ts';
import type { chatCreateMessageMutation } from './__generated__/chatCreateMessageMutation.graphql.ts';
import type { chatRunStatusSubscription } from './__generated__/chatRunStatusSubscription.graphql.ts';
import { connectionOf, createMessage, runStatus, useChat, useRun } from './chat.ts';
import { createRelay } from './environment.ts';
import { render } from './render.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

type Chat = Awaited<ReturnType<typeof openChat>>;

async function openChat(texts: readonly string[]) {
  const threadId = await createThread(server.url, texts);
  let send = () => {};
  const maySend = new Promise<void>((resolve) => {
    send = resolve;
  });
  const environment = createRelay(server, maySend);
  return { environment, threadId, view: render(environment, () => useChat(threadId)), send };
}

/** Shows a message that is sent to the server with `chat.send()`. @returns the errors of the response, once it was applied */
function showMessage({ environment, threadId }: Chat, content: string, shown = content) {
  return new Promise<readonly PayloadError[] | null>((resolve, reject) => {
    commitMutation<chatCreateMessageMutation>(environment, {
      mutation: createMessage,
      variables: { input: { threadId, content }, connections: [connectionOf(threadId)] },
      optimisticResponse: {
        createMessage: { messageEdge: { cursor: 'none yet', node: { id: 'none yet', text: shown } } },
      },
      onCompleted: (_, errors) => resolve(errors ?? null),
      onError: reject,
    });
  });
}

test('a chat shows its newest messages, then earlier ones', async () => {
  const { view } = await openChat(['1', '2', '3', '4', '5']);
  const newest = await view.until(({ texts }) => texts !== undefined);
  expect(newest).toMatchObject({ texts: ['4', '5'], hasPrevious: true, hasNext: false });
  newest.loadPrevious(10);
  const all = await view.until(({ texts }) => texts?.length === 5);
  expect(all).toMatchObject({ texts: ['1', '2', '3', '4', '5'], hasPrevious: false });
});

test('a new message is shown at once, and stays', async () => {
  const chat = await openChat(['1', '2']);
  await chat.view.until(({ texts }) => texts?.length === 2);
  const sent = showMessage(chat, '3', '3, on its way');
  await chat.view.until(({ texts }) => texts?.at(-1) === '3, on its way');
  chat.send();
  expect(await sent).toBeNull();
  expect(await chat.view.until(({ texts }) => texts?.at(-1) === '3')).toMatchObject({
    texts: ['1', '2', '3'],
  });
});

test('a message that the server rejects disappears, and the error says why', async () => {
  const chat = await openChat(['1', '2']);
  await chat.view.until(({ texts }) => texts?.length === 2);
  const sent = showMessage(chat, '', 'rejected');
  await chat.view.until(({ texts }) => texts?.at(-1) === 'rejected');
  chat.send();
  expect(await sent).toMatchObject([
    { path: ['createMessage'], extensions: { code: 'BAD_USER_INPUT', argument: 'input.content' } },
  ]);
  expect(await chat.view.until(({ texts }) => texts?.length === 2)).toMatchObject({ texts: ['1', '2'] });
});

test('a subscription over a WebSocket updates the run on display', async () => {
  const environment = createRelay(server);
  const runId = await startRun(server.url);
  const run = render(environment, () => useRun(runId));
  await run.until((shown) => shown !== undefined);
  requestSubscription<chatRunStatusSubscription>(environment, {
    subscription: runStatus,
    variables: { runId },
  });

  await run.until((shown) => shown?.status === 'REQUIRES_ACTION');
  await submitOutput(server.url, runId);
  await run.until((shown) => shown?.status === 'COMPLETED');
});
