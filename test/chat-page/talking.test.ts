import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { hasMessages, isIdle, openChat, screenshot, send, type TestBrowser } from './support/chat.ts';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test('a message is answered word by word, and the conversation is listed', async () => {
  const { page, model, pageErrors } = await openChat(browser);
  await screenshot(page, 'new-conversation');
  await send(page, 'What is a cursor?');
  const turn = await model.nextTurn();
  turn.write('A cursor is');
  await hasMessages(page, 'You: What is a cursor?', 'Guide: A cursor is');
  await screenshot(page, 'streaming');
  turn.write(' a **position** in a list.');
  await hasMessages(page, 'You: What is a cursor?', 'Guide: A cursor is a position in a list.');
  turn.finish();
  await isIdle(page);
  await hasMessages(page, 'You: What is a cursor?', 'Guide: A cursor is a position in a list.');
  await page
    .getByRole('navigation')
    .getByRole('button', { name: 'What is a cursor?', exact: true })
    .waitFor();
  await screenshot(page, 'answered');
  expect(pageErrors).toEqual([]);
});
