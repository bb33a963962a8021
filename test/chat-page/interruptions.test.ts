import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { Turn } from '../events/support/held-model.ts';
import { withBrowser } from '../support/browser.ts';
import { hold } from '../support/hold.ts';
import { poll } from '../support/poll.ts';
import { callRest, type RestObject } from '../support/world.ts';
import { type Chat, hasMessages, isIdle, openChat, screenshot, send } from './support/chat.ts';

const openPage = withBrowser();

/** A conversation in which an answer is being written. */
async function inMidAnswer(chat: Chat) {
  await send(chat.page, 'Count');
  const turn = await chat.model.nextTurn();
  turn.write('One');
  await hasMessages(chat.page, 'You: Count', 'Guide: One');
  return turn;
}

test('a reload in the middle of an answer continues after the last event', async () => {
  const chat = await openChat(openPage);
  const { page, pageErrors } = chat;
  const turn = await inMidAnswer(chat);
  const cursors: unknown[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const { type, payload: operation } = JSON.parse(String(payload));
      if (type === 'subscribe') cursors.push(operation.variables.after);
    }),
  );
  const loaded = page.waitForEvent('domcontentloaded');
  await page.reload();
  await loaded;
  turn.write(', two');
  await hasMessages(page, 'You: Count', 'Guide: One, two');
  expect(cursors).toEqual([expect.any(String)]);
  turn.write(', three');
  turn.finish();
  await isIdle(page);
  await hasMessages(page, 'You: Count', 'Guide: One, two, three');
  expect(pageErrors).toEqual([]);
});

test('an answer that ended while the page was closed is complete', async () => {
  const chat = await openChat(openPage);
  const { page, graph } = chat;
  const turn = await inMidAnswer(chat);
  const address = page.url();
  await page.goto('about:blank');
  turn.write(', two');
  turn.finish();
  await expect.poll(() => graph.counts()).toMatchObject({ followers: 0 });
  await page.goto(address);
  await isIdle(page);
  await hasMessages(page, 'You: Count', 'Guide: One, two');
});

test('an answer that ends while its conversation is loaded is complete', async () => {
  const chat = await openChat(openPage);
  const { page } = chat;
  const turn = await inMidAnswer(chat);
  const address = page.url();
  await page.goto('about:blank');
  await endWhileReading(chat, turn, () => page.goto(address));
  await hasMessages(page, 'You: Count', 'Guide: One, two');
});

test('an answer that cannot be followed is complete when somebody returns after its end', async () => {
  const chat = await openChat(openPage);
  const { page } = chat;
  const turn = await inMidAnswer(chat);
  await page.routeWebSocket(/graphql/, (socket) =>
    socket.onMessage((text) => {
      const { type, id } = JSON.parse(String(text));
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type === 'subscribe')
        socket.send(JSON.stringify({ type: 'error', id, payload: [{ message: 'No' }] }));
    }),
  );
  await page.reload();
  await page.getByText(/^The answer cannot be followed/).waitFor();
  await endWhileReading(chat, turn, () =>
    page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`),
  );
  await hasMessages(page, 'You: Count', 'Guide: One, two');
});

/** Ends an answer between the moments at which `read` makes the page read the messages and their run. */
async function endWhileReading({ graph }: Chat, turn: Turn, read: () => Promise<unknown>): Promise<void> {
  const held = hold(graph, ({ operation }) => operation === 'listRuns' || operation === 'getRun');
  await read();
  // The first is read together with the messages, and the second once they are there.
  await held.arrived(2);
  turn.write(', two');
  turn.finish();
  const { path = '' } = graph.upstream.calls.findLast(({ operation }) => operation === 'listRuns') ?? {};
  await poll(
    () => callRest<{ data: RestObject[] }>(graph.localUrl, path),
    ({ data }) => data[0]?.status === 'completed',
  );
  held.release();
}

test('without a network the page says so, and continues when it is back', async () => {
  const chat = await openChat(openPage);
  const { page, graph } = chat;
  const turn = await inMidAnswer(chat);
  await page.context().setOffline(true);
  await page.getByText(/You are offline/).waitFor();
  await expect.poll(() => graph.counts()).toMatchObject({ followers: 0 });
  await screenshot(page, 'offline');
  turn.write(', two');
  turn.finish();
  await page.context().setOffline(false);
  await isIdle(page);
  await hasMessages(page, 'You: Count', 'Guide: One, two');
  expect(await page.getByText(/You are offline/).count()).toBe(0);
  await send(page, 'More');
  const next = await chat.model.nextTurn();
  next.write('Three');
  next.finish();
  await hasMessages(page, 'You: Count', 'Guide: One, two', 'You: More', 'Guide: Three');
});

test('a message that is written without a network stays in the field', async () => {
  const chat = await openChat(openPage);
  const { page } = chat;
  const turn = await inMidAnswer(chat);
  turn.finish();
  await isIdle(page);
  await page.context().setOffline(true);
  await send(page, 'Lost?');
  await page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('Lost?');
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  (await chat.model.nextTurn()).finish();
  await hasMessages(page, 'You: Count', 'Guide: One', 'You: Lost?', 'Guide: ');
});

test('an answer survives a restart of the server', async () => {
  const chat = await openChat(openPage, { env: { PORT: String(await freePort()) } });
  const { page, graph } = chat;
  const turn = await inMidAnswer(chat);
  await graph.stopServer();
  await page.getByText(/Connecting again/).waitFor();
  turn.write(', two');
  await graph.restartServer();
  await hasMessages(page, 'You: Count', 'Guide: One, two');
  turn.write(', three');
  turn.finish();
  await isIdle(page);
  await hasMessages(page, 'You: Count', 'Guide: One, two, three');
});

/** A port that stays the same when the server restarts. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
