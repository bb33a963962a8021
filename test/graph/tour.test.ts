import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tab } from '../../src/server/tour/tab.ts';
import { tour } from '../../src/server/tour/tour.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { subscribe } from '../support/subscribe.ts';
import { upload } from '../support/world.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

/** Values of earlier results, by the placeholder that they replace. */
const copied = new Map<string, string>();

const played = new Set<Tab>();

/** A tab with the copied values in place of the placeholders, and with a shorter question. */
function tabOf(name: string): { query: string; variables: object } {
  const tab = tour.find(({ query }) =>
    new RegExp(`^(query|mutation|subscription) ${name}\\b`, 'm').test(query),
  );
  if (tab === undefined) throw new Error(`There is no tab ${name}`);
  played.add(tab);
  const variables = tab.variables
    .replace(/(?:PASTE|LATEST)_\w+/g, (placeholder) => copied.get(placeholder) ?? placeholder)
    .replace(/ 11 .* 898 /, ' ');
  return { query: tab.query, variables: JSON.parse(variables || '{}') };
}

async function play(name: string): Promise<Record<string, unknown>> {
  const { query, variables } = tabOf(name);
  return graph.data(query, variables);
}

/** Plays a subscription until `isLast` or its end. @returns the last result, which is what GraphiQL shows then */
async function follow(
  name: string,
  isLast: (data: string) => boolean = () => false,
): Promise<Record<string, unknown>> {
  const { query, variables } = tabOf(name);
  let last: Record<string, unknown> = {};
  for await (const data of subscribe(graph.url, query, variables)) {
    last = data;
    if (isLast(JSON.stringify(data))) break;
  }
  return last;
}

function copy(placeholder: string, data: unknown, field: string): void {
  const value = new RegExp(`"${field}":"([^"]+)"`).exec(JSON.stringify(data))?.[1];
  expect(value, `${field} in ${JSON.stringify(data)}`).toBeDefined();
  copied.set(placeholder, value ?? '');
}

test('played in order, every GraphiQL tab does what its comment says', async () => {
  copy('LATEST_ASSISTANT', await play('CreateAssistant'), 'id');
  copy('LATEST_RUN', await play('AskQuestion'), 'id');
  const completed = await follow('FollowRun');
  expect(completed).toMatchObject({
    runEvents: {
      status: 'COMPLETED',
      run: { messages: { nodes: [{ text: expect.stringContaining('10 899 900\n\nMy instructions are') }] } },
    },
  });
  copy('LATEST_THREAD', completed, 'id');
  expect(await play('ReadAnswer')).toMatchObject({ thread: { activeRun: null } });
  copy('LATEST_RUN', await play('AskMore'), 'id');
  await follow('FollowRun');
  expect(await play('ReadEarlier')).toMatchObject({
    thread: { messages: { pageInfo: { hasPreviousPage: true } } },
  });

  copy('LATEST_RUN', await play('CallFunction'), 'id');
  const waiting = await follow('WaitForCalls', (data) => data.includes('REQUIRES_ACTION'));
  copy('LATEST_CALL', waiting, 'toolCallId');
  await play('SubmitOutput');
  expect(await follow('FollowRun')).toMatchObject({ runEvents: { status: 'COMPLETED' } });
  expect(JSON.stringify(await play('ReadSteps'))).toContain('"output":"Rain."');
  copy('LATEST_RUN', await play('CallFunction'), 'id');
  expect(await play('StopRun')).toMatchObject({ cancelRun: { run: { isTerminal: false } } });

  copied.set('PASTE_FILE_ID', await upload(graph.localUrl));
  expect(await play('AttachFile')).toMatchObject({
    createAssistantFile: { assistantFile: { assistant: { fileIds: [copied.get('PASTE_FILE_ID')] } } },
  });
  expect(await play('ChangeAssistant')).toMatchObject({
    modifyAssistant: { assistant: { instructions: null, metadata: { team: 'docs' } } },
  });
  expect(await play('CleanUp')).toEqual({
    deleteThread: { deletedId: copied.get('LATEST_THREAD') },
    deleteAssistant: { deletedId: copied.get('LATEST_ASSISTANT') },
  });
  expect(tour.filter((tab) => !played.has(tab))).toEqual([]);
});

test('each tab is numbered, and its lines fit the editor pane', () => {
  for (const [index, { query }] of tour.entries()) {
    expect(query).toMatch(new RegExp(`^# ${index + 1} of ${tour.length}\\. `));
    for (const line of query.split('\n')) expect(line.length).toBeLessThanOrEqual(56);
  }
});
