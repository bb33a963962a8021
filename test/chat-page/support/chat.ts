/** The chat in a browser, in front of a server whose model writes what the test says. */
import { join } from 'node:path';
import type { BrowserContextOptions, Download, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { createHeldModel, type HeldModel } from '../../events/support/held-model.ts';
import type { OpenPage } from '../../support/browser.ts';
import { type Graph, startGraph } from '../../support/graph.ts';
import { callRest } from '../../support/world.ts';

export interface Chat {
  readonly graph: Graph;
  readonly model: HeldModel;
  readonly page: Page;
  /** Has the functions `get_weather` and `get_time`. */
  readonly assistantId: string;
  /** Console errors, exceptions, and requests to other hosts. */
  readonly pageErrors: string[];
}

const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function',
  function: { name, parameters },
}));

/** Opens the chat with one assistant. Everything is closed after the test. */
export async function openChat(
  openPage: OpenPage,
  { env = {}, ...options }: BrowserContextOptions & { env?: Record<string, string> } = {},
): Promise<Chat> {
  const model = createHeldModel();
  const graph = await startGraph(env, { model });
  onTestFinished(() => graph.close());
  const { id } = await callRest(graph.localUrl, '/assistants', { model: 'held', name: 'Guide', tools });
  const { page, pageErrors } = await openPage(graph.url, {
    viewport: { width: 1200, height: 800 },
    ...options,
  });
  await page.goto(originOf(graph));
  await isReady(page);
  return { graph, model, page, assistantId: id, pageErrors };
}

export function originOf({ url }: Pick<Graph, 'url'>): string {
  return new URL('/', url).href;
}

/** Opens a new conversation. */
export async function startOver(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New conversation' }).click();
  await isReady(page);
}

function isReady(page: Page): Promise<void> {
  return page.getByRole('heading', { name: 'Talk to Guide' }).waitFor();
}

export async function send(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message' });
  await field.fill(text);
  await field.press('Enter');
}

/** Presses the file on display that has this name. */
export async function download(page: Page, name: string): Promise<Download> {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Download ${name}` }).click(),
  ]);
  return saved;
}

/** The messages on display: who wrote them and their text. */
export async function messagesOn(page: Page): Promise<string[]> {
  const articles = await page.getByRole('article').all();
  return Promise.all(
    articles.map(async (article) => {
      const name = await article.getAttribute('aria-label');
      return `${name}: ${await article.locator('.content').innerText()}`;
    }),
  );
}

export async function hasMessages(page: Page, ...messages: string[]): Promise<void> {
  await expect.poll(() => messagesOn(page)).toEqual(messages);
}

/** Sends a message, and waits until the page shows all of its answer. */
export async function ask({ page, model }: Chat, text: string, answer: string): Promise<void> {
  await send(page, text);
  const turn = await model.nextTurn();
  turn.write(answer);
  turn.finish();
  await page.getByRole('article', { name: 'Guide' }).filter({ hasText: answer }).last().waitFor();
  await isIdle(page);
}

/** Waits until a run whose answer is on display has ended. */
export async function isIdle(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(import.meta.dirname, `../../screenshots/chat-${name}.png`) });
}
