import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { findingsOn } from './support/axe.ts';
import { openChat, screenshot, send, type TestBrowser } from './support/chat.ts';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const file = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('It rains.') });

test('files are uploaded when they are chosen, and sent with the message', async () => {
  const { page, model, graph, pageErrors } = await openChat(browser);
  await page.getByLabel('Files to attach').setInputFiles([file('weather.txt'), file('other.txt')]);
  await page.getByRole('button', { name: 'Remove other.txt' }).click();
  await page.getByRole('button', { name: 'Remove weather.txt' }).waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await screenshot(page, 'attached');
  await send(page, 'What does it say?');
  (await model.nextTurn()).finish();
  await page.getByRole('article', { name: 'You' }).getByText(/^File file-/).waitFor();
  expect(await page.getByRole('button', { name: 'Remove weather.txt' }).count()).toBe(0);
  const created = graph.upstream.calls.find(({ operation }) => operation === 'createThreadAndRun');
  expect(JSON.stringify(created)).toContain('file-');
  expect(pageErrors).toEqual([]);
});

test('a message has at most ten files', async () => {
  const { page } = await openChat(browser);
  const files = Array.from({ length: 11 }, (_, index) => file(`${index}.txt`));
  await page.getByLabel('Files to attach').setInputFiles(files);
  await page.getByRole('alert').getByText('A message can have at most 10 files.').waitFor();
});
