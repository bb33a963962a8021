import { GraphQLID, type GraphQLInputType, getNamedType, isInputObjectType, isObjectType } from 'graphql';
import { schema } from '../../src/schema/index.ts';

/** A field that takes an ID: a query with it, and the argument that errors name. */
export interface IdArgument {
  readonly name: string;
  readonly query: string;
  readonly argument: string;
}

const mutation = (field: string, input: string, selection: string) =>
  `mutation ($id: ID!) { ${field}(input: { ${input} }) { ${selection} } }`;

/** Every argument of type ID in the graph, except those of node and nodes. */
export const idArguments: readonly IdArgument[] = [
  { name: 'assistant', query: 'query ($id: ID!) { assistant(id: $id) { id } }', argument: 'id' },
  { name: 'thread', query: 'query ($id: ID!) { thread(id: $id) { id } }', argument: 'id' },
  ...[
    ['Assistant.file', 'assistant(id: "asst_1") { file(id: $id) { id } }'],
    ['Thread.message', 'thread(id: "thread_1") { message(id: $id) { id } }'],
    ['Thread.run', 'thread(id: "thread_1") { run(id: $id) { id } }'],
    ['Message.file', 'thread(id: "thread_1") { message(id: "msg_1") { file(id: $id) { id } } }'],
    ['Run.step', 'thread(id: "thread_1") { run(id: "run_1") { step(id: $id) { id } } }'],
  ].map(([name = '', query]) => ({ name, query: `query ($id: ID!) { ${query} }`, argument: 'id' })),
  {
    name: 'Thread.messages, runId',
    query: 'query ($id: ID!) { thread(id: "thread_1") { messages(runId: $id) { nodes { id } } } }',
    argument: 'runId',
  },
  ...[
    ['modifyAssistant', 'id: $id, name: "A"', 'assistant { id }'],
    ['deleteAssistant', 'id: $id', 'deletedId'],
    ['deleteAssistantFile', 'id: $id', 'deletedId'],
    ['modifyThread', 'id: $id, metadata: {}', 'thread { id }'],
    ['deleteThread', 'id: $id', 'deletedId'],
    ['modifyMessage', 'id: $id, metadata: {}', 'message { id }'],
    ['modifyRun', 'id: $id, metadata: {}', 'run { id }'],
    ['cancelRun', 'id: $id', 'run { id }'],
    ['submitToolOutputsToRun', 'id: $id, toolOutputs: [{ toolCallId: "c", output: "" }]', 'run { id }'],
  ].map(([field = '', input = '', selection = '']) => ({
    name: field,
    query: mutation(field, input, selection),
    argument: 'input.id',
  })),
  {
    name: 'createAssistantFile',
    query: mutation('createAssistantFile', 'assistantId: $id, fileId: "file-1"', 'assistantFile { id }'),
    argument: 'input.assistantId',
  },
  {
    name: 'createMessage',
    query: mutation('createMessage', 'threadId: $id, content: "A"', 'message { id }'),
    argument: 'input.threadId',
  },
  {
    name: 'createRun, threadId',
    query: mutation('createRun', 'threadId: $id, assistantId: "asst_1"', 'run { id }'),
    argument: 'input.threadId',
  },
  {
    name: 'createRun, assistantId',
    query: mutation('createRun', 'threadId: "thread_1", assistantId: $id', 'run { id }'),
    argument: 'input.assistantId',
  },
  {
    name: 'createThreadAndRun',
    query: mutation('createThreadAndRun', 'assistantId: $id', 'run { id }'),
    argument: 'input.assistantId',
  },
];

/** All places in the graph that take an ID, except `node`, `nodes` and subscriptions (see test/events). */
export function placesForIds(): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (isInputObjectType(type)) {
      return Object.values(type.getFields())
        .filter(isForId)
        .map(({ name }) => `${type.name}.${name}`);
    }
    if (!isObjectType(type) || type === schema.getSubscriptionType()) return [];
    return Object.values(type.getFields()).flatMap(({ name, args }) =>
      name.startsWith('node') ? [] : args.filter(isForId).map((arg) => `${type.name}.${name}(${arg.name})`),
    );
  });
}

function isForId({ type }: { type: GraphQLInputType }): boolean {
  return getNamedType(type) === GraphQLID;
}
