import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { withBrowser } from '../support/browser.ts';
import { startGraph } from '../support/graph.ts';
import { findingsOn } from './support/axe.ts';
import { isIdle, openChat, originOf, screenshot, send } from './support/chat.ts';

const openPage = withBrowser();

const ANSWER = `Rain is likely in **Oslo**, with 12 °C. You could use:

1. an umbrella
2. a \`Raincoat\`

| hour | rain |
| --- | --- |
| 12:00 | 2 mm |
| 18:00 | 5 mm |

\`\`\`js
const coat = weather.rain > 1 ? 'waterproof' : 'light';
\`\`\`

> There is no bad weather. See [the forecast](https://example.com/forecast).
`;

const wide = { width: 1200, height: 800 };
const narrow = { width: 360, height: 700 };

test.each([
  { name: 'wide-light', viewport: wide, colorScheme: 'light' as const },
  { name: 'wide-dark', viewport: wide, colorScheme: 'dark' as const },
  { name: 'narrow-light', viewport: narrow, colorScheme: 'light' as const },
  { name: 'narrow-dark', viewport: narrow, colorScheme: 'dark' as const },
])(
  'axe finds nothing in any state of the chat, and nothing is cut off: $name',
  async ({ name, ...options }) => {
    const { page, model } = await openChat(openPage, options);
    const check = async (state: string) => {
      expect(await findingsOn(page), state).toEqual([]);
      expect(await overflowOf(page), state).toBeLessThanOrEqual(0);
      await screenshot(page, `${name}-${state}`);
    };
    await page.getByRole('heading', { name: 'Talk to Guide' }).waitFor();
    await check('1-new');

    await page.getByRole('button', { name: 'Edit' }).click();
    await check('2-assistant');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    const forecast = { name: `forecast-${'of-the-weather-'.repeat(6)}.txt`, mimeType: 'text/plain' };
    await page.getByLabel('Files to attach').setInputFiles({ ...forecast, buffer: Buffer.from('Rain') });
    await page.getByRole('button', { name: /^Remove forecast/ }).waitFor();
    await send(page, 'Do I need a coat in Oslo today?');
    (await model.nextTurn()).call('get_weather');
    await page.getByRole('textbox', { name: 'Output' }).fill('12 °C, 2 mm of rain');
    await check('3-tool-call');
    await page.getByRole('button', { name: 'Send output' }).click();

    const turn = await model.nextTurn();
    turn.write(ANSWER);
    await page.getByText('There is no bad weather.').waitFor();
    await check('4-streaming');
    turn.finish();
    await isIdle(page);
    await check('5-answered');

    if (options.viewport === narrow) await page.getByRole('button', { name: 'Conversations' }).click();
    await page.getByRole('button', { name: /^Delete / }).click();
    await check('6-delete');
  },
);

/** How far the page is wider than the window, in pixels. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth');
}

test('a newcomer creates the example assistant and talks to it, with the keyboard alone', async () => {
  const graph = await startGraph();
  onTestFinished(() => graph.close());
  const { page, pageErrors } = await openPage(graph.url);
  await page.goto(originOf(graph));
  await page.getByRole('heading', { name: 'Create your first assistant' }).waitFor();
  await screenshot(page, 'first-visit');
  await pressTo(page, 'Tab', 'Create an assistant');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'New assistant' }).waitFor();
  expect(await findingsOn(page)).toEqual([]);
  await screenshot(page, 'first-assistant');
  await page.getByLabel('Instructions').focus();
  await pressTo(page, 'Tab', 'Create assistant');
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: 'Talk to Guide' }).waitFor();
  await pressTo(page, 'Tab', 'Call get_weather, please');
  await page.keyboard.press('Enter');
  const output = page.getByRole('textbox', { name: 'Output' });
  await output.focus();
  await page.keyboard.type('Sunny');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page
    .getByRole('article')
    .getByText(/The function get_weather answered: Sunny/)
    .waitFor();
  await isIdle(page);
  await page
    .getByRole('status')
    .getByText(/^The assistant says: I am the offline model/)
    .waitFor();
  await pressTo(page, 'Shift+Tab', 'Rename Call get_weather, please');
  expect(pageErrors).toEqual([]);
});

/** Presses the key until the element with this name has the focus. */
async function pressTo(page: Page, key: string, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press(key);
    const focused = page.locator(':focus');
    const label =
      (await focused.count()) === 0
        ? ''
        : await focused.evaluate((one) => one.getAttribute('aria-label') ?? one.textContent);
    if (label === name) return;
  }
  throw new Error(`${key} does not lead to ${name}`);
}

test('an assistant is created, edited and deleted with its functions', async () => {
  const { page, graph } = await openChat(openPage);
  await page.getByRole('button', { name: 'New assistant' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).first().fill('Clerk');
  await dialog.getByLabel('JSON Schema of its arguments').fill('[1]');
  await dialog.getByRole('button', { name: 'Create assistant' }).click();
  await dialog
    .getByRole('alert')
    .getByText('The arguments of get_weather must be a JSON Schema: a JSON object.')
    .waitFor();
  await dialog.getByLabel('JSON Schema of its arguments').fill('');
  await dialog.getByLabel('File search').check();
  await dialog.getByRole('button', { name: 'Create assistant' }).click();
  await page.getByRole('heading', { name: 'Talk to Clerk' }).waitFor();

  await page.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByRole('button', { name: 'Remove get_weather' }).click();
  await dialog.getByLabel('Name', { exact: true }).fill('Librarian');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Talk to Librarian' }).waitFor();
  const { assistants } = await graph.data<{ assistants: { nodes: object[] } }, object>(
    '{ assistants(first: 1) { nodes { name model instructions tools { type } } } }',
  );
  expect(assistants.nodes).toEqual([
    {
      name: 'Librarian',
      model: 'offline',
      instructions: 'Answer in one sentence.',
      tools: [{ type: 'RETRIEVAL' }],
    },
  ]);

  await page.getByRole('button', { name: 'Edit' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete it for good?' }).click();
  await page.getByRole('heading', { name: 'Talk to Guide' }).waitFor();
});
