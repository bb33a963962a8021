import { expect, onTestFinished, test } from 'vitest';
import { withBrowser } from '../support/browser.ts';
import { startGraph } from '../support/graph.ts';
import { findingsOn } from './support/axe.ts';
import { download, originOf, screenshot, send } from './support/chat.ts';

const openPage = withBrowser();

const KEY = 'k'.repeat(32);

test('with CHAT=on and keys, the chat asks for one, and sends it over HTTP and the WebSocket', async () => {
  const graph = await startGraph({ AUTH: 'key', AUTH_KEYS: `web=${KEY}`, CHAT: 'on' });
  onTestFinished(() => graph.close());
  const { page } = await openPage(graph.url);
  await page.goto(originOf(graph));
  const field = page.getByLabel('Key or token');
  await field.fill('wrong');
  expect(await findingsOn(page)).toEqual([]);
  await screenshot(page, 'sign-in');
  await page.keyboard.press('Enter');
  await page.getByText('The server did not accept it.').waitFor();
  await field.fill(KEY);
  await page.keyboard.press('Enter');

  await page.getByRole('button', { name: 'Create an assistant' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create assistant' }).click();
  await page.getByRole('button', { name: 'What can you do?' }).click();
  await page.getByRole('article').getByText('You said: What can you do?').waitFor();

  const weather = { name: 'weather.txt', mimeType: 'text/plain', buffer: Buffer.from('It rains.') };
  await page.getByLabel('Files to attach').setInputFiles(weather);
  await page.getByRole('button', { name: 'Remove weather.txt' }).waitFor();
  await send(page, 'Keep this');
  await download(page, 'weather.txt');

  await page.reload();
  await page.getByRole('article').getByText('You said: What can you do?').waitFor();
  expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(KEY);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await field.waitFor();
});

test('with keys, there is no chat unless CHAT is on', async () => {
  const graph = await startGraph({ AUTH: 'key', AUTH_KEYS: `web=${KEY}` });
  onTestFinished(() => graph.close());
  expect((await fetch(originOf(graph), { redirect: 'manual' })).status).toBe(302);
});
