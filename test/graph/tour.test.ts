import { afterAll, beforeAll, expect, test } from 'vitest';
import { tour } from '../../src/server/tour/tour.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { upload } from '../support/world.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

/** What has been copied so far, by the word in whose place it is pasted. */
const copied = new Map<string, string>();

/** Plays a tab as it stands, with what was copied pasted in. */
async function play(name: string): Promise<Record<string, unknown>> {
  const tab = tour.find(({ query }) => new RegExp(`^(query|mutation) ${name}\\b`, 'm').test(query));
  const variables = tab?.variables.replace(/PASTE_\w+/g, (word) => copied.get(word) ?? word);
  return graph.data(tab?.query ?? `{ noTabIsCalled${name} }`, JSON.parse(variables || '{}'));
}

async function playUntil(name: string, part: string): Promise<Record<string, unknown>> {
  let answer: Record<string, unknown>;
  do answer = await play(name);
  while (!JSON.stringify(answer).includes(part));
  return answer;
}

function copy(word: string, answer: unknown, field: string): void {
  const value = new RegExp(`"${field}":"([^"]+)"`).exec(JSON.stringify(answer))?.[1];
  expect(value, `${field} in ${JSON.stringify(answer)}`).toBeDefined();
  copied.set(word, value ?? '');
}

test('whoever plays the tabs of GraphiQL in their order gets what they promise', async () => {
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

test('each tab has its number, and fits beside its answer', () => {
  for (const [index, { query }] of tour.entries()) {
    expect(query).toMatch(new RegExp(`^# ${index + 1} of ${tour.length}\\. `));
    for (const line of query.split('\n')) expect(line.length).toBeLessThanOrEqual(56);
  }
});
