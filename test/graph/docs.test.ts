import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks } from '../support/doc-page.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { subscribe } from '../support/subscribe.ts';
import { upload } from '../support/world.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

type Data = Record<string, unknown>;

interface Page {
  /** Executes a query or mutation of the page unchanged. */
  run(name: string, variables?: object): Promise<Data>;
  /** Starts a subscription of the page unchanged. */
  follow(name: string, variables?: object): AsyncGenerator<Data>;
  /** The operations that were not executed. */
  unused(): string[];
}

function openPage(path: string): Page {
  const operations = new Map(
    codeBlocks(path, 'graphql').map((code) => [
      /(?:query|mutation|subscription) (\w+)/.exec(code)?.[1] ?? code,
      code,
    ]),
  );
  const executed = new Set<string>();
  const take = (name: string) => {
    executed.add(name);
    return operations.get(name) ?? `{ ${name}IsNotOnThePage }`;
  };
  return {
    run: (name, variables = {}) => graph.data(take(name), variables),
    follow: (name, variables = {}) => subscribe(graph.url, take(name), variables),
    unused: () => [...operations.keys()].filter((name) => !executed.has(name)),
  };
}

/** The string at a path in the data, such as `createThreadAndRun.run.id`. */
function stringAt(data: unknown, path: string): string {
  const value = path.split('.').reduce<unknown>((inner, key) => Object(inner)[key], data);
  if (typeof value !== 'string') throw new Error(`${path} is not a string in ${JSON.stringify(data)}`);
  return value;
}

/** Follows the status of a run until it is this one. */
async function waitFor(page: Page, status: string, runId: string): Promise<void> {
  for await (const data of page.follow('RunStatus', { runId })) {
    if (stringAt(data, 'runStatus.status') === status) return;
  }
  throw new Error(`The run ended without being ${status}`);
}

/** A run that waits, or will soon, for the output of a function. @returns its ids */
async function startFunctionCall(assistantId: string): Promise<{ threadId: string; runId: string }> {
  const { createThread } = await graph.data<Data, object>(
    'mutation { createThread(input: { messages: [{ content: "Ask for the weather." }] }) { thread { id } } }',
    {},
  );
  const threadId = stringAt(createThread, 'thread.id');
  const { createRun } = await graph.data<Data, object>(
    `mutation { createRun(input: { threadId: "${threadId}", assistantId: "${assistantId}" }) { run { id } } }`,
    {},
  );
  return { threadId, runId: stringAt(createRun, 'run.id') };
}

const parameters = { type: 'object', properties: { town: { type: 'string' } }, required: ['town'] };

test('every example in docs/graph.md works, in the order of the page', async () => {
  const page = openPage('docs/graph.md');
  const assistantId = stringAt(await page.run('CreateAssistant'), 'createAssistant.assistant.id');
  const started = await page.run('StartChat', { assistantId });
  const threadId = stringAt(started, 'createThreadAndRun.thread.id');
  const firstRunId = stringAt(started, 'createThreadAndRun.run.id');
  await waitFor(page, 'COMPLETED', firstRunId);
  let text = '';
  for await (const { runEvents } of page.follow('FollowText', { runId: firstRunId })) {
    const { offset, text: piece } = Object(runEvents);
    if (piece !== undefined) text = text.slice(0, offset) + piece;
  }

  const content = 'And what is an edge?';
  const second = await page.run('SendMessage', { threadId, assistantId, content });
  await waitFor(page, 'COMPLETED', stringAt(second, 'createRun.thread.activeRun.id'));

  const chat = await page.run('ReadChat', { threadId });
  expect(Object(chat.thread).messages.edges).toMatchObject([
    { node: { role: 'USER' } },
    { node: { role: 'ASSISTANT', text } },
    { node: { role: 'USER', text: content } },
    { node: { role: 'ASSISTANT' } },
  ]);
  expect(Object(chat.thread).activeRun).toBeNull();
  const startCursor = stringAt(chat, 'thread.messages.pageInfo.startCursor');
  expect(await page.run('ReadEarlierMessages', { threadId, startCursor })).toMatchObject({
    thread: { messages: { edges: [], pageInfo: { hasPreviousPage: false } } },
  });

  expect(await page.run('ListThreads', { ids: [threadId] })).toMatchObject({
    threads: [{ id: threadId, activeRun: null, messages: { edges: [{ node: { role: 'ASSISTANT' } }] } }],
  });

  await callFunctions(page);
  const fileId = await upload(graph.localUrl);
  await page.run('AttachFile', { assistantId, fileId });
  expect(await page.run('ListFiles', { assistantId })).toMatchObject({
    assistant: { fileIds: [fileId], files: { edges: [{ node: { restId: fileId } }] } },
  });
  expect(await page.run('GetNodes', { ids: [assistantId, threadId] })).toMatchObject({
    nodes: [{ name: 'Guide' }, { __typename: 'Thread' }],
  });
  expect(await page.run('UpdateAssistant', { assistantId })).toMatchObject({
    modifyAssistant: { assistant: { instructions: null, metadata: { team: 'docs' } } },
  });
  expect(await page.run('DeleteThread', { threadId })).toEqual({ deleteThread: { deletedId: threadId } });
  expect(page.unused()).toEqual([]);
});

async function callFunctions(page: Page): Promise<void> {
  const created = await page.run('CreateFunctionAssistant', { parameters });
  const assistantId = stringAt(created, 'createAssistant.assistant.id');

  const { runId } = await startFunctionCall(assistantId);
  await waitFor(page, 'REQUIRES_ACTION', runId);
  const required = await page.run('RequiredCalls', { runId });
  expect(stringAt(required, 'node.requiredAction.toolCalls.0.name')).toBe('weather');
  const toolCallId = stringAt(required, 'node.requiredAction.toolCalls.0.toolCallId');
  await page.run('SubmitOutputs', { runId, toolOutputs: [{ toolCallId, output: 'Rain.' }] });
  await waitFor(page, 'COMPLETED', runId);
  expect(await page.run('ReadSteps', { runId })).toMatchObject({
    node: {
      steps: {
        edges: [
          { node: { details: { toolCalls: [{ name: 'weather', output: 'Rain.' }] } } },
          { node: { details: { message: { text: expect.stringContaining('Rain.') } } } },
        ],
      },
    },
  });

  const { runId: cancelled } = await startFunctionCall(assistantId);
  await waitFor(page, 'REQUIRES_ACTION', cancelled);
  const cancelling = await page.run('CancelRun', { runId: cancelled });
  expect(stringAt(cancelling, 'cancelRun.run.status')).toMatch(/^CANCELL/);
  await waitFor(page, 'CANCELLED', cancelled);
}

test('every example in docs/events.md works, and applied as the page says, the events give the run', async () => {
  const page = openPage('docs/events.md');
  const created = await graph.data<Data, object>(
    `mutation ($parameters: JSONObject!) {
      createAssistant(
        input: { model: "offline", tools: [{ function: { name: "weather", parameters: $parameters } }] }
      ) { assistant { id } }
    }`,
    { parameters },
  );
  const assistantId = stringAt(created, 'createAssistant.assistant.id');
  const { threadId, runId } = await startFunctionCall(assistantId);

  for await (const { runEvents } of page.follow('FollowCalls', { runId })) {
    const { status, run } = Object(runEvents);
    if (status !== 'REQUIRES_ACTION') continue;
    const toolCallId = stringAt(run, 'requiredAction.toolCalls.0.toolCallId');
    await page.run('SubmitOutputs', { runId, toolOutputs: [{ toolCallId, output: 'Rain.' }] });
    break;
  }

  const { statuses, texts, calls, cursors } = await apply(page.follow('FollowRun', { runId }));
  expect(statuses).toEqual([
    'QUEUED',
    'IN_PROGRESS',
    'REQUIRES_ACTION',
    'QUEUED',
    'IN_PROGRESS',
    'COMPLETED',
  ]);
  expect(texts).toEqual([
    'I am the offline model of the local API.\n\nYou said: Ask for the weather.\n\nThe function weather answered: Rain.',
  ]);
  expect(calls).toEqual([{ arguments: '{"town":"town"}', output: 'Rain.' }]);
  const rest = await apply(page.follow('FollowRun', { runId, after: cursors.at(-3) }));
  expect(rest.cursors).toEqual(cursors.slice(-2));

  await waitFor(page, 'COMPLETED', runId);
  const next = await page.run('SendMessage', { threadId, assistantId, content: 'Thanks!' });
  await waitFor(page, 'COMPLETED', stringAt(next, 'createRun.run.id'));
  expect(page.unused()).toEqual([]);
});

/** What a client knows of a run that applies its events as docs/events.md says. */
async function apply(events: AsyncIterable<Data>) {
  const statuses: string[] = [];
  const cursors: string[] = [];
  const texts = new Map<string, string>();
  const calls = new Map<string, { arguments: string; output: string | null }>();
  for await (const { runEvents } of events) {
    const event = Object(runEvents);
    cursors.push(event.cursor);
    if (event.__typename === 'RunStatusChanged') statuses.push(event.status);
    if (event.__typename === 'MessageDelta') {
      const key = `${event.messageId} ${event.index}`;
      texts.set(key, (texts.get(key) ?? '').slice(0, event.offset) + event.text);
    }
    for (const { toolCallId, offset, arguments: piece, output } of event.toolCalls ?? []) {
      const call = calls.get(toolCallId) ?? { arguments: '', output: null };
      if (piece !== null) call.arguments = call.arguments.slice(0, offset) + piece;
      calls.set(toolCallId, { ...call, output: output ?? call.output });
    }
  }
  return { statuses, cursors, texts: [...texts.values()], calls: [...calls.values()] };
}
