import { expect, test } from 'vitest';
import { withBrowser } from '../support/browser.ts';
import { hasMessages, isIdle, openChat, screenshot, send } from './support/chat.ts';

const openPage = withBrowser();

test('a message is answered word by word, and the conversation is listed', async () => {
  const { page, model, pageErrors } = await openChat(openPage);
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

test('a tool call shows its arguments, and its output continues the answer', async () => {
  const { page, model, pageErrors } = await openChat(openPage);
  await send(page, 'What is the weather?');
  (await model.nextTurn()).call('get_weather', 'get_time');
  const form = page.getByRole('form', { name: 'Outputs of tool calls' });
  await form.getByRole('group', { name: 'get_weather' }).getByLabel('Output').fill('Rain');
  await form.getByRole('group', { name: 'get_time' }).getByLabel('Output').fill('12:00');
  expect(await form.getByText('"city": "Köln"').count()).toBe(2);
  await screenshot(page, 'tool-calls');
  await form.getByRole('button', { name: 'Send 2 outputs' }).click();

  const turn = await model.nextTurn();
  expect(turn.prompt.rounds.flatMap(({ calls }) => calls.map(({ output }) => output))).toEqual([
    'Rain',
    '12:00',
  ]);
  turn.write('It rains.');
  turn.finish();
  await isIdle(page);
  await hasMessages(page, 'You: What is the weather?', 'Guide: It rains.');
  const calls = page.getByRole('region', { name: 'Tool calls' });
  await calls.getByText('get_weather').click();
  await calls.getByText('Rain', { exact: true }).waitFor();
  await screenshot(page, 'tool-calls-answered');

  await page.reload();
  await calls.getByText('get_time').click();
  await calls.getByText('12:00', { exact: true }).waitFor();
  expect(pageErrors).toEqual([]);
});

test('an answer that is stopped keeps what was written', async () => {
  const { page, model, pageErrors } = await openChat(openPage);
  await send(page, 'Count');
  (await model.nextTurn()).write('One, two');
  await hasMessages(page, 'You: Count', 'Guide: One, two');
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('The answer was stopped.').waitFor();
  await isIdle(page);
  await hasMessages(page, 'You: Count', 'Guide: One, two');
  await send(page, 'Go on');
  const turn = await model.nextTurn();
  turn.write('Three');
  turn.finish();
  await hasMessages(page, 'You: Count', 'Guide: One, two', 'You: Go on', 'Guide: Three');
  expect(await page.getByText('The answer was stopped.').count()).toBe(0);
  expect(pageErrors).toEqual([]);
});

test('an answer that fails says why', async () => {
  const { page, model } = await openChat(openPage);
  await send(page, 'Fail');
  (await model.nextTurn()).fail(new Error('out of memory'));
  await page.getByText(/^The answer failed: /).waitFor();
  await page.reload();
  await page.getByText(/^The answer failed: /).waitFor();
  await send(page, 'Again');
  const turn = await model.nextTurn();
  turn.write('Better');
  turn.finish();
  await hasMessages(page, 'You: Fail', 'You: Again', 'Guide: Better');
});

test('a message that the server rejects stays in the field', async () => {
  const { page, graph, model } = await openChat(openPage);
  await send(page, 'First');
  (await model.nextTurn()).write('Yes');
  await page.getByRole('button', { name: 'Stop' }).click();
  await isIdle(page);
  graph.upstream.intercept = ({ method, path }, response) => {
    if (method !== 'POST' || !path.endsWith('/runs')) return false;
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end('{"error":{"message":"Too rude.","type":"invalid_request_error"}}');
    return true;
  };
  await send(page, 'Second');
  await page.getByRole('alert').getByText('Too rude.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('Second');
  await hasMessages(page, 'You: First', 'Guide: Yes');
});
