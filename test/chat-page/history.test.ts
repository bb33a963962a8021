import { expect, test } from 'vitest';
import { withBrowser } from '../support/browser.ts';
import { callRest, deleteRest } from '../support/world.ts';
import {
  ask,
  type Chat,
  hasMessages,
  messagesOn,
  openChat,
  originOf,
  screenshot,
  startOver,
} from './support/chat.ts';

const openPage = withBrowser();

/** Opens a thread with the messages 1 to `count`. */
async function openThread({ graph, page }: Chat, count: number): Promise<string> {
  const messages = Array.from({ length: count }, (_, index) => ({
    role: 'user',
    content: `${index + 1}${'\n\nA longer text.'.repeat(4)}`,
  }));
  const { id } = await callRest(graph.localUrl, '/threads', { messages });
  await page.goto(`${originOf(graph)}#${id}`);
  return id;
}

/** The first lines of the messages on display. */
async function numbersOn({ page }: Chat): Promise<number[]> {
  return (await messagesOn(page)).map((message) => Number.parseInt(message.slice('You: '.length), 10));
}

const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('scrolling back reads earlier messages page by page, and keeps those in view where they are', async () => {
  const chat = await openChat(openPage);
  const { page } = chat;
  await openThread(chat, 50);
  await expect.poll(() => numbersOn(chat)).toEqual(from(31, 50));
  const top = (text: string) =>
    page.getByText(text, { exact: true }).evaluate((one) => one.getBoundingClientRect().top);

  await page.getByRole('region', { name: 'Messages' }).focus();
  await page.keyboard.press('Home');
  await expect.poll(() => numbersOn(chat)).toEqual(from(11, 50));
  // What was read when the page came is still in view, and not the first of the earlier messages.
  await expect.poll(() => top('31')).toBeGreaterThan(0);
  expect(await top('31')).toBeLessThan(800);
  expect(await top('11')).toBeLessThan(-1000);

  await page.keyboard.press('Home');
  await expect.poll(() => numbersOn(chat)).toEqual(from(1, 50));
  expect(await page.getByRole('button', { name: /earlier messages/ }).count()).toBe(0);
});

test('new messages come after the pages that were read, without a gap', async () => {
  const chat = await openChat(openPage);
  const { page } = chat;
  await openThread(chat, 30);
  await expect.poll(() => numbersOn(chat)).toEqual(from(11, 30));
  for (const number of [31, 32]) {
    await ask(chat, String(number), `${number}!`);
  }
  await startOver(page);
  await page.goBack();
  await page.getByRole('region', { name: 'Messages' }).focus();
  await page.keyboard.press('Home');
  await expect.poll(() => messagesOn(page).then((all) => all.length)).toBe(34);
  const messages = await messagesOn(page);
  expect(messages.slice(-4)).toEqual(['You: 31', 'Guide: 31!', 'You: 32', 'Guide: 32!']);
  expect((await numbersOn(chat)).slice(0, 30)).toEqual(from(1, 30));
});

test('conversations are kept in the browser, can be renamed, and are deleted with their threads', async () => {
  const chat = await openChat(openPage);
  const { page, graph } = chat;
  for (const text of ['First question', 'Second question']) {
    await ask(chat, text, 'Answer');
    await startOver(page);
  }
  await page.reload();
  const list = page.getByRole('navigation', { name: 'Conversations' });
  expect(await list.locator('.title').allInnerTexts()).toEqual(['Second question', 'First question']);

  await list.getByRole('button', { name: 'Rename First question' }).click();
  await page.getByRole('dialog').getByLabel('Title').fill('About cursors');
  await page.keyboard.press('Enter');
  await list.getByRole('button', { name: 'About cursors', exact: true }).click();
  await hasMessages(page, 'You: First question', 'Guide: Answer');
  await screenshot(page, 'conversations');

  await list.getByRole('button', { name: 'Delete About cursors' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await list.getByRole('button', { name: 'Delete About cursors' }).click();
  const calls = await graph.callsDuring(async () => {
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => list.locator('.title').allInnerTexts()).toEqual(['Second question']);
  });
  expect(calls).toEqual(['deleteThread']);
  await page.getByRole('heading', { name: 'Talk to Guide' }).waitFor();
});

test('a conversation whose thread cannot be deleted can be removed from the list', async () => {
  const chat = await openChat(openPage);
  const { page, graph } = chat;
  await ask(chat, 'Question', 'Answer');
  graph.upstream.intercept = ({ operation }, response) => {
    if (operation !== 'deleteThread') return false;
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"error":{"message":"Not yours."}}');
    return true;
  };
  await page.getByRole('button', { name: 'Delete Question' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Remove it from this list only' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('Your conversations will be listed here.').waitFor();
});

test('a conversation whose thread is gone says so', async () => {
  const chat = await openChat(openPage);
  const id = await openThread(chat, 1);
  await expect.poll(() => numbersOn(chat)).toEqual([1]);
  await deleteRest(chat.graph.localUrl, `/threads/${id}`);
  await chat.page.reload();
  await chat.page
    .getByRole('alert')
    .getByText(/No thread found/)
    .waitFor();
});
