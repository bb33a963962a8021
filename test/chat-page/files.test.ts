import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { startGraph } from '../support/graph.ts';
import { callRest } from '../support/world.ts';
import { findingsOn } from './support/axe.ts';
import { openChat, openPage, originOf, screenshot, send, type TestBrowser } from './support/chat.ts';

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
  await page
    .getByRole('article', { name: 'You' })
    .getByText(/^File file-/)
    .waitFor();
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

test('an answer cites the file that was attached, and the citation opens its passage', async () => {
  const graph = await startGraph();
  onTestFinished(() => graph.close());
  const tools = [{ type: 'retrieval' }];
  await callRest(graph.localUrl, '/assistants', { model: 'offline', name: 'Librarian', tools });
  const { page, pageErrors } = await openPage(browser, graph);
  await page.goto(originOf(graph));
  const text = 'The harbour of Bergen freezes once in a hundred years. Ships call there in every season.';
  const harbour = { name: 'harbour.txt', mimeType: 'text/plain', buffer: Buffer.from(text) };
  await page.getByLabel('Files to attach').setInputFiles([harbour]);
  await page.getByRole('button', { name: 'Remove harbour.txt' }).waitFor();
  await send(page, 'How often does the harbour of Bergen freeze?');
  await page.getByRole('button', { name: 'Citation 1' }).click();
  const citation = page.getByRole('complementary', { name: 'Citation' });
  expect(await citation.innerText()).toContain('once in a hundred years');
  await screenshot(page, 'cited-file');
  expect(pageErrors).toEqual([]);
});
