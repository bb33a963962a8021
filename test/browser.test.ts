import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { startBrowser } from './support/browser.ts';
import { poll } from './support/poll.ts';
import { freshSettings, startProgram } from './support/process.ts';

const SCREENSHOTS = join(import.meta.dirname, 'screenshots');

let browser: Awaited<ReturnType<typeof startBrowser>>;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test('the first GraphiQL tabs lead to an answer, and the page makes no requests to other hosts', async () => {
  const program = startProgram('npm start', await freshSettings());
  const url = await program.says(/^GraphQL is served on (\S+)$/m);
  const { page, pageErrors } = await openPage(url);

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
  const answer = await poll(
    () => execute(page, 'USER'),
    (text) => text.includes('"activeRun": null'),
  );
  await screenshot(page, '3-read-answer');

  expect(answer).toContain('"role": "ASSISTANT"');
  expect(pageErrors).toEqual([]);
});

test('the error for an ID that was not pasted names the placeholder', async () => {
  const program = startProgram('npm start', await freshSettings());
  const url = await program.says(/^GraphQL is served on (\S+)$/m);
  const { page, pageErrors } = await openPage(url);
  await page.goto(url);
  await openTab(page, 'CreateAssistant');
  await openTab(page, 'AskQuestion');
  const result = await execute(page, 'No assistant found');
  await screenshot(page, '4-missing-id');
  expect(result).toContain('PASTE_ASSISTANT_ID');
  expect(pageErrors).toEqual([]);
});

/** Opens a tab with a single click, as a user would. */
async function openTab(page: Page, title: string): Promise<void> {
  await page.getByRole('tablist').getByText(title).click();
  await page
    .getByLabel('Operation Editor')
    .getByText(new RegExp(`(query|mutation).*${title}`))
    .waitFor();
}

/**
 * Presses play until the result contains `part`. After a tab opens, GraphiQL takes a moment to parse its operation, and
 * shows an error if play is pressed before that. @returns the text of the result pane
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

/** Selects the placeholder with a double click and pastes over it, as a user would. */
async function replaceVariable(page: Page, placeholder: string, value: string): Promise<void> {
  await page.getByLabel('Variables').getByText(placeholder).dblclick();
  await page.keyboard.insertText(value);
}

function idIn(result: string): string {
  const id = /"id":\s+"([^"]+)"/.exec(result)?.[1];
  if (id === undefined) throw new Error(`No ID in ${result}`);
  return id;
}

/** A page, and its errors: console errors, exceptions, and requests to other hosts. */
async function openPage(url: string): Promise<{ page: Page; pageErrors: string[] }> {
  const pageErrors: string[] = [];
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  onTestFinished(() => page.close());
  // Shorter than the test timeout, so that a failure names the step that hangs.
  page.setDefaultTimeout(10_000);
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== 'data:') pageErrors.push(`requested ${request.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  return { page, pageErrors };
}

async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
