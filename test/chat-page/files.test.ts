import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { withBrowser } from '../support/browser.ts';
import { startGraph } from '../support/graph.ts';
import { callRest, upload } from '../support/world.ts';
import { findingsOn } from './support/axe.ts';
import { download, hasMessages, openChat, originOf, screenshot, send } from './support/chat.ts';

const openPage = withBrowser();

const file = (name: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('It rains.') });

test('files are uploaded when they are chosen, sent with the message, and can be downloaded', async () => {
  const { page, model, graph, pageErrors } = await openChat(openPage);
  await page.getByLabel('Files to attach').setInputFiles([file('weather.txt'), file('other.txt')]);
  await page.getByRole('button', { name: 'Remove other.txt' }).click();
  await page.getByRole('button', { name: 'Remove weather.txt' }).waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await screenshot(page, 'attached');
  await send(page, 'What does it say?');
  (await model.nextTurn()).finish();
  await hasMessages(page, 'You: What does it say?', 'Guide: ');
  await page.reload();
  await page.getByRole('article', { name: 'You' }).getByText('weather.txt', { exact: true }).waitFor();
  const saved = await download(page, 'weather.txt');
  expect(saved.suggestedFilename()).toBe('weather.txt');
  expect(await readFile(await saved.path(), 'utf8')).toBe('It rains.');
  expect(await page.getByRole('button', { name: 'Remove weather.txt' }).count()).toBe(0);
  const created = graph.upstream.calls.find(({ operation }) => operation === 'createThreadAndRun');
  expect(JSON.stringify(created)).toContain('file-');
  expect(pageErrors).toEqual([]);
});

test('a file that cannot be downloaded says why', async () => {
  const { page, model, graph } = await openChat(openPage);
  await page.getByLabel('Files to attach').setInputFiles([file('weather.txt')]);
  await page.getByRole('button', { name: 'Remove weather.txt' }).waitFor();
  await send(page, 'Keep this');
  (await model.nextTurn()).finish();
  const refusal = 'Not allowed to download files of purpose: assistants';
  graph.upstream.intercept = ({ path }, response) => {
    if (!path.endsWith('/content')) return false;
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: refusal, type: 'invalid_request_error' } }));
    return true;
  };
  await page.getByRole('button', { name: 'Download weather.txt' }).click();
  await page.getByRole('article', { name: 'You' }).getByRole('alert').getByText(refusal).waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await screenshot(page, 'refused-file');
  graph.upstream.intercept = undefined;
  await download(page, 'weather.txt');
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a file that another client attached has its ID, and with FILES=off the page says that there are none', async () => {
  const { page, graph } = await openChat(openPage, { env: { FILES: 'off' } });
  const fileId = await upload(graph.localUrl);
  const messages = [{ role: 'user', content: 'Read this', file_ids: [fileId] }];
  const { id } = await callRest(graph.localUrl, '/threads', { messages });
  await page.goto(`${originOf(graph)}#${id}`);
  await page.getByRole('button', { name: `Download ${fileId}` }).click();
  await page.getByRole('alert').getByText('The server does not serve files.').waitFor();
});

test('a message has at most ten files', async () => {
  const { page } = await openChat(openPage);
  const files = Array.from({ length: 11 }, (_, index) => file(`${index}.txt`));
  await page.getByLabel('Files to attach').setInputFiles(files);
  await page.getByRole('alert').getByText('A message can have at most 10 files.').waitFor();
});

test('an answer cites the file that was attached, and the citation opens its passage', async () => {
  const graph = await startGraph();
  onTestFinished(() => graph.close());
  const tools = [{ type: 'retrieval' }];
  await callRest(graph.localUrl, '/assistants', { model: 'offline', name: 'Librarian', tools });
  const { page, pageErrors } = await openPage(graph.url);
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
