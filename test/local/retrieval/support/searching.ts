import { addAssistant } from '../../support/fixtures.ts';
import type { Json, RestCaller } from '../../support/rest-caller.ts';

export const RETRIEVAL = { type: 'retrieval' };

/** A run of an assistant that searches these files, on a new thread with one message. */
export async function ask(
  api: RestCaller,
  question: string,
  files: readonly Json[],
  assistant: object = {},
  run: object = {},
): Promise<Json> {
  const { id } = await addAssistant(api, {
    tools: [RETRIEVAL],
    file_ids: files.map((file) => file.id),
    ...assistant,
  });
  const thread = { messages: [{ role: 'user', content: question }] };
  return api.post('/threads/runs', { assistant_id: id, thread, ...run });
}

/** The newest message of a run's thread: its text and its annotations. */
export async function answerOf(api: RestCaller, run: Json): Promise<Json> {
  const { data } = await api.get(`/threads/${run.thread_id}/messages?limit=1`);
  return data[0].content[0].text;
}

/** The steps of a run, oldest first. */
export async function stepsOf(api: RestCaller, run: Json): Promise<Json[]> {
  return (await api.get(`/threads/${run.thread_id}/runs/${run.id}/steps?order=asc`)).data;
}

/** The answer to a question by the offline model, once the run is completed. */
export async function answerTo(api: RestCaller, question: string, files: readonly Json[]): Promise<Json> {
  const run = await ask(api, question, files);
  await api.until(run, 'completed');
  return answerOf(api, run);
}
