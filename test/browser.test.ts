import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { startBrowser } from './support/browser.ts';
import { freshSettings, startProgram } from './support/process.ts';

const SCREENSHOTS = join(import.meta.dirname, 'screenshots');

let browser: Awaited<ReturnType<typeof startBrowser>>;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test('a newcomer reads an answer in GraphiQL, tab by tab, and the page asks no other host', async () => {
  const program = startProgram('npm start', await freshSettings());
  const url = await program.says(/^GraphQL is served on (\S+)$/m);
  const { page, troubles } = await openPage(url);

  await page.goto(url);
  await openTab(page, 'CreateAssistant');
  const assistant = await execute(page, 'createdAt');
  await screenshot(page, '1-create-assistant');

  await openTab(page, 'AskQuestion');
  await replaceVariable(page, 'PASTE_ASSISTANT_ID', idIn(assistant));
  const run = await execute(page, 'QUEUED');
  await screenshot(page, '2-ask-question');

  await openTab(page, 'ReadAnswer');
  await replaceVariable(page, 'PASTE_THREAD_ID', idIn(run));
  let answer = await execute(page, 'USER');
  while (!answer.includes('"activeRun": null')) answer = await execute(page, 'USER');
  await screenshot(page, '3-read-answer');

  expect(answer).toContain('"role": "ASSISTANT"');
  expect(troubles).toEqual([]);
});

test('an id that was not pasted is named by the answer', async () => {
  const program = startProgram('npm start', await freshSettings());
  const url = await program.says(/^GraphQL is served on (\S+)$/m);
  const { page, troubles } = await openPage(url);
  await page.goto(url);
  await openTab(page, 'CreateAssistant');
  await openTab(page, 'AskQuestion');
  const answer = await execute(page, 'No assistant found');
  await screenshot(page, '4-forgotten-id');
  expect(answer).toContain('PASTE_ASSISTANT_ID');
  expect(troubles).toEqual([]);
});

/** One click, as a person would. */
async function openTab(page: Page, title: string): Promise<void> {
  await page.getByRole('tablist').getByText(title).click();
  await page
    .getByLabel('Operation Editor')
    .getByText(new RegExp(`(query|mutation).*${title}`))
    .waitFor();
}

/**
 * Presses play until a part of the awaited answer shows: GraphiQL takes a moment to see which operation a tab holds, and
 * complains to those who are quicker. @returns all that shows
 */
async function execute(page: Page, part: string): Promise<string> {
  const result = page.getByLabel('Result Window').locator('.view-lines');
  await vi.waitFor(
    async () => {
      await page.getByLabel(/^Execute query/).click();
      await result.getByText(part).first().waitFor({ timeout: 1000 });
    },
    { timeout: 10_000 },
  );
  return (await result.innerText()).replaceAll('\u00a0', ' ');
}

/** Marks the word as a person does, and pastes over it. */
async function replaceVariable(page: Page, word: string, value: string): Promise<void> {
  await page.getByLabel('Variables').getByText(word).dblclick();
  await page.keyboard.insertText(value);
}

function idIn(result: string): string {
  const id = /"id":\s+"([^"]+)"/.exec(result)?.[1];
  if (id === undefined) throw new Error(`No id in ${result}`);
  return id;
}

/** A page, and whatever it complained of or fetched from elsewhere. */
async function openPage(url: string): Promise<{ page: Page; troubles: string[] }> {
  const troubles: string[] = [];
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  onTestFinished(() => page.close());
  // Shorter than the test's own, so that it fails with the step that got stuck.
  page.setDefaultTimeout(10_000);
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== 'data:') troubles.push(`asked for ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(String(error)));
  return { page, troubles };
}

async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
