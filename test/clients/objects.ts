/** Objects for tests to show. */
import { graphql } from './gql-tada/graphql.ts';
import { data } from './plain-fetch/send.ts';

const CreateAssistant = graphql(`
  mutation CreateAssistant($name: String!) {
    createAssistant(input: { model: "offline", name: $name }) { assistantEdge { cursor node { id } } }
  }
`);

export interface ListedAssistant {
  readonly id: string;
  readonly cursor: string;
}

/** Creates assistants one after the other. */
export async function createAssistants(url: string, names: readonly string[]): Promise<ListedAssistant[]> {
  const created: ListedAssistant[] = [];
  for (const name of names) {
    const { createAssistant } = await data(url, CreateAssistant, { name });
    const { cursor, node } = createAssistant?.assistantEdge ?? {};
    if (cursor === undefined || !node) throw new Error('The payload has no edge');
    created.push({ id: node.id, cursor });
  }
  return created;
}

const CreateThread = graphql(`
  mutation CreateThread($messages: [ThreadMessageInput!]!) {
    createThread(input: { messages: $messages }) { thread { id } }
  }
`);

/** @param texts of the messages. @returns its ID */
export async function createThread(url: string, texts: readonly string[]): Promise<string> {
  const messages = texts.map((content) => ({ content }));
  const { createThread } = await data(url, CreateThread, { messages });
  if (!createThread) throw new Error('The payload is null');
  return createThread.thread.id;
}

const CreateCaller = graphql(`
  mutation CreateCaller {
    createAssistant(input: { model: "offline", tools: [{ function: { name: "alpha" } }] }) { assistant { id } }
  }
`);
const StartRun = graphql(`
  mutation StartRun($assistantId: ID!) {
    createThreadAndRun(
      input: { assistantId: $assistantId, thread: { messages: [{ content: "Call alpha." }] } }
    ) { run { id } }
  }
`);

/** Starts a run that waits, or soon will, for the output of a function call. @returns its ID */
export async function startRun(url: string): Promise<string> {
  const { createAssistant } = await data(url, CreateCaller, {});
  const assistantId = createAssistant?.assistant.id ?? '';
  const { createThreadAndRun } = await data(url, StartRun, { assistantId });
  if (!createThreadAndRun) throw new Error('The payload is null');
  return createThreadAndRun.run.id;
}

const ReadCalls = graphql(`
  query ReadCalls($id: ID!) {
    node(id: $id) { __typename ... on Run { requiredAction { toolCalls { toolCallId } } } }
  }
`);
const SubmitOutputs = graphql(`
  mutation SubmitOutputs($id: ID!, $toolOutputs: [ToolOutputInput!]!) {
    submitToolOutputsToRun(input: { id: $id, toolOutputs: $toolOutputs }) { run { id } }
  }
`);

/** Lets a run go on that waits for the output of its function call. */
export async function submitOutput(url: string, id: string): Promise<void> {
  const { node } = await data(url, ReadCalls, { id });
  if (node?.__typename !== 'Run') throw new Error('There is no such run');
  const calls = node.requiredAction?.toolCalls ?? [];
  await data(url, SubmitOutputs, { id, toolOutputs: calls.map((call) => ({ ...call, output: 'done' })) });
}
