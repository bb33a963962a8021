import { afterAll, beforeAll, expect, test } from 'vitest';
import { tour } from '../../src/server/tour/tour.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { poll } from '../support/poll.ts';
import { upload } from '../support/world.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

/** Values copied from earlier results, by the placeholder that they replace. */
const copied = new Map<string, string>();

/** Runs the query of a tab, with the copied values in place of the placeholders. */
async function play(name: string): Promise<Record<string, unknown>> {
  const tab = tour.find(({ query }) => new RegExp(`^(query|mutation) ${name}\\b`, 'm').test(query));
  const variables = tab?.variables.replace(
    /PASTE_\w+/g,
    (placeholder) => copied.get(placeholder) ?? placeholder,
  );
  return graph.data(tab?.query ?? `{ thereIsNoTab${name} }`, JSON.parse(variables || '{}'));
}

async function playUntil(name: string, part: string): Promise<Record<string, unknown>> {
  return poll(
    () => play(name),
    (data) => JSON.stringify(data).includes(part),
  );
}

function copy(placeholder: string, data: unknown, field: string): void {
  const value = new RegExp(`"${field}":"([^"]+)"`).exec(JSON.stringify(data))?.[1];
  expect(value, `${field} in ${JSON.stringify(data)}`).toBeDefined();
  copied.set(placeholder, value ?? '');
}

test('played in order, every GraphiQL tab does what its comment says', async () => {
  copy('PASTE_ASSISTANT_ID', await play('CreateAssistant'), 'id');
  copy('PASTE_THREAD_ID', await play('AskQuestion'), 'id');
  await playUntil('ReadAnswer', '"activeRun":null');
  await play('AskMore');
  await playUntil('ReadAnswer', '"activeRun":null');
  expect(await play('ReadEarlier')).toMatchObject({
    thread: { messages: { pageInfo: { hasPreviousPage: true } } },
  });

  copy('PASTE_RUN_ID', await play('CallFunction'), 'id');
  copy('PASTE_CALL_ID', await playUntil('ReadCalls', 'REQUIRES_ACTION'), 'toolCallId');
  await play('SubmitOutput');
  expect(JSON.stringify(await playUntil('ReadSteps', '"COMPLETED","steps"'))).toContain('"output":"Rain."');
  copy('PASTE_RUN_ID', await play('CallFunction'), 'id');
  expect(await play('StopRun')).toMatchObject({ cancelRun: { run: { isTerminal: false } } });

  copied.set('PASTE_FILE_ID', await upload(graph.localUrl));
  expect(await play('AttachFile')).toMatchObject({
    createAssistantFile: { assistantFile: { assistant: { fileIds: [copied.get('PASTE_FILE_ID')] } } },
  });
  expect(await play('ChangeAssistant')).toMatchObject({
    modifyAssistant: { assistant: { instructions: null, metadata: { team: 'docs' } } },
  });
  expect(await play('CleanUp')).toEqual({
    deleteThread: { deletedId: copied.get('PASTE_THREAD_ID') },
    deleteAssistant: { deletedId: copied.get('PASTE_ASSISTANT_ID') },
  });
});

test('each tab is numbered, and its lines fit the editor pane', () => {
  for (const [index, { query }] of tour.entries()) {
    expect(query).toMatch(new RegExp(`^# ${index + 1} of ${tour.length}\\. `));
    for (const line of query.split('\n')) expect(line.length).toBeLessThanOrEqual(56);
  }
});
