import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { withBrowser } from './support/browser.ts';
import { codeBlocks } from './support/doc-page.ts';
import { type Graph, startGraph } from './support/graph.ts';
import { holdStreams } from './support/hold-stream.ts';
import { freshSettings, startProgram } from './support/process.ts';

const SCREENSHOTS = join(import.meta.dirname, 'screenshots');

const openPage = withBrowser();

test.each([
  { transport: 'WebSocket', search: '', name: 'websocket' },
  { transport: 'server-sent events', search: '?transport=sse', name: 'sse' },
])(
  'the GraphiQL tabs lead to an answer, followed over $transport while it is written, without pasting an ID',
  async ({ search, name }) => {
    const graph = await startGraph();
    onTestFinished(graph.close);
    const release = holdStreams(graph, '" 5"');
    const { page, pageErrors } = await openPage(graph.url);

    await page.goto(graph.url + search);
    await play(page, 'CreateAssistant', 'createdAt');
    await screenshot(page, `${name}-1-create-assistant`);
    await play(page, 'AskQuestion', 'QUEUED');
    await screenshot(page, `${name}-2-ask-question`);

    await openTab(page, 'FollowRun');
    await start(page, '" 5"');
    await screenshot(page, `${name}-3-follow-run`);
    expect(graph.counts()).toMatchObject({ followers: 1, webSockets: name === 'websocket' ? 1 : 0 });
    await page.getByLabel(/^Stop query/).click();
    await hasNoFollower(graph);

    await start(page, '" 5"');
    await openTab(page, 'ReadAnswer');
    await hasNoFollower(graph);

    await openTab(page, 'FollowRun');
    await start(page, '" 5"');
    release();
    const completed = await resultWith(page, '"status": "COMPLETED"');
    await page.getByLabel(/^Execute query/).waitFor();
    await screenshot(page, `${name}-4-run-completed`);
    expect(completed).toContain('You said: What is a cursor?');
    await hasNoFollower(graph);

    await play(page, 'ReadAnswer', 'ASSISTANT');
    await screenshot(page, `${name}-5-read-answer`);
    expect(pageErrors).toEqual([]);
  },
  60_000,
);

test('the GraphiQL tabs about functions play in order, in the dark and after a reload', async () => {
  const graph = await startGraph();
  onTestFinished(graph.close);
  const { page, pageErrors } = await openPage(graph.url, { colorScheme: 'dark' });
  await page.goto(graph.url);
  await play(page, 'CreateAssistant', 'createdAt');
  await page.reload();
  await play(page, 'CallFunction', 'QUEUED');
  await openTab(page, 'WaitForCalls');
  await start(page, 'toolCallId');
  await screenshot(page, 'dark-1-wait-for-calls');
  await play(page, 'SubmitOutput', 'submitToolOutputsToRun');
  await play(page, 'FollowRun', 'cursor');
  await resultWith(page, '"status": "COMPLETED"');
  expect(await play(page, 'ReadSteps', 'Rain.')).toContain('weather');
  await screenshot(page, 'dark-2-read-steps');
  expect(pageErrors).toEqual([]);
});

test('with keys, GraphiQL asks for one in its first tab, and sends it from all tabs', async () => {
  const key = 'graphiql-key-0123456789-abcdef';
  const graph = await startGraph({ AUTH: 'key', AUTH_KEYS: `web=${key}`, GRAPHIQL: 'on' });
  onTestFinished(graph.close);
  const { page } = await openPage(graph.url);
  await page.goto(graph.url);
  await openTab(page, 'CreateAssistant');
  await page.getByLabel('Headers').getByText('PASTE_KEY_OR_TOKEN').dblclick();
  await page.keyboard.insertText(key);
  await screenshot(page, 'key-1-headers');
  await play(page, 'CreateAssistant', 'createdAt');
  await play(page, 'AskQuestion', 'QUEUED');
  await play(page, 'FollowRun', 'cursor');
  await resultWith(page, '"status": "COMPLETED"');
  await play(page, 'ReadAnswer', 'You said: What is a cursor?');
  await openTab(page, 'FollowRun');
  await page.getByRole('button', { name: 'Variables' }).click();
  await page.getByLabel('Variables').getByText('LATEST_RUN').dblclick();
  await page.keyboard.insertText('nothing/here');
  await execute(page, 'NOT_FOUND');
});

test('the error for an ID that does not exist yet names the placeholder', async () => {
  const program = startProgram('npm start', await freshSettings());
  const url = await program.says(/^GraphQL is served on (\S+)$/m);
  const { page, pageErrors } = await openPage(url);
  await page.goto(url);
  const result = await play(page, 'AskQuestion', 'No assistant found');
  await screenshot(page, 'missing-id');
  expect(result).toContain('LATEST_ASSISTANT');
  expect(pageErrors).toEqual([]);
});

test('the EventSource example in docs/events.md follows a run to its end', async () => {
  const graph = await startGraph();
  onTestFinished(graph.close);
  const created = await graph.data<{ createAssistant: { assistant: { id: string } } }, object>(
    'mutation { createAssistant(input: { model: "offline" }) { assistant { id } } }',
  );
  const started = await graph.data<{ createThreadAndRun: { run: { id: string } } }, object>(
    'mutation ($id: ID!) { createThreadAndRun(input: { assistantId: $id }) { run { id } } }',
    { id: created.createAssistant.assistant.id },
  );
  const [example = ''] = codeBlocks('docs/events.md', 'js');
  const { page, pageErrors } = await openPage(graph.url);
  await page.goto(graph.url);

  const { statuses, readyState } = await page.evaluate<{ statuses: string[]; readyState: number }>(`
    new Promise((resolve) => {
      const runId = ${JSON.stringify(started.createThreadAndRun.run.id)};
      const statuses = [];
      const onResult = ({ data }) => statuses.push(data.runStatus.status);
      ${example.replace('http://127.0.0.1:4000/graphql', graph.url)}
      source.addEventListener('complete', () => resolve({ statuses, readyState: source.readyState }));
    })
  `);

  expect(statuses.at(-1)).toBe('COMPLETED');
  expect(readyState).toBe(2);
  expect(pageErrors).toEqual([]);
});

/** Opens a tab with a single click, as a user would. */
async function openTab(page: Page, title: string): Promise<void> {
  await page.getByRole('tablist').getByText(title).click();
  await page
    .getByLabel('Operation Editor')
    .getByText(new RegExp(`(query|mutation|subscription).*${title}`))
    .waitFor();
}

/** Opens a tab and plays it. @returns the text of the result pane, once it contains `part` */
async function play(page: Page, title: string, part: string): Promise<string> {
  await openTab(page, title);
  return execute(page, part);
}

/**
 * Presses play until the result contains `part`. After a tab opens, GraphiQL takes a moment to parse its operation, and
 * shows an error if play is pressed before that. @returns the text of the result pane
 */
async function execute(page: Page, part: string): Promise<string> {
  await vi.waitFor(
    async () => {
      await page.getByLabel(/^Execute query/).click();
      await resultWith(page, part, 1000);
    },
    { timeout: 10_000 },
  );
  return resultWith(page, part);
}

/** Starts a subscription, and waits until its result contains `part`. */
async function start(page: Page, part: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await page.getByLabel(/^Execute query/).click();
      await page.getByLabel(/^Stop query/).waitFor({ timeout: 1000 });
    },
    { timeout: 10_000 },
  );
  await resultWith(page, part);
}

/** @returns the text of the result pane, once it contains `part` */
async function resultWith(page: Page, part: string, timeout = 15_000): Promise<string> {
  const result = page.getByLabel('Result Window').locator('.view-lines');
  await result.getByText(part).first().waitFor({ timeout });
  return (await result.innerText()).replaceAll('\u00a0', ' ');
}

function hasNoFollower(graph: Graph): Promise<void> {
  return vi.waitFor(() => expect(graph.counts()).toMatchObject({ followers: 0, webSockets: 0 }));
}

async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
