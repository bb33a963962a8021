import { GraphQLID, type GraphQLInputType, getNamedType, isInputObjectType, isObjectType } from 'graphql';
import { costOf } from '../../src/fields/cost.ts';
import { operations } from '../../src/rest/operations.ts';
import { schema } from '../../src/schema/index.ts';

/** An argument or input field of type ID: a query with it as `$id`, and the argument that errors name. */
export interface IdArgument {
  /** Such as `Thread.run(id)` or `CancelRunInput.id`. */
  readonly address: string;
  readonly query: string;
  readonly argument: string;
}

const fields = [
  ['Query.assistant(id)', 'assistant(id: $id) { id }'],
  ['Query.thread(id)', 'thread(id: $id) { id }'],
  ['Query.threads(ids)', 'threads(ids: [$id]) { id }'],
  ['Assistant.file(id)', 'assistant(id: "asst_1") { file(id: $id) { id } }'],
  ['Thread.message(id)', 'thread(id: "thread_1") { message(id: $id) { id } }'],
  ['Thread.messages(runId)', 'thread(id: "thread_1") { messages(runId: $id) { nodes { id } } }'],
  ['Thread.run(id)', 'thread(id: "thread_1") { run(id: $id) { id } }'],
  ['Message.file(id)', 'thread(id: "thread_1") { message(id: "msg_1") { file(id: $id) { id } } }'],
  ['Run.step(id)', 'thread(id: "thread_1") { run(id: "run_1") { step(id: $id) { id } } }'],
] as const;

/** Each with the other fields of the input, and a selection. */
const inputFields = [
  ['ModifyAssistantInput.id', 'name: "A"', 'assistant { id }'],
  ['DeleteAssistantInput.id', '', 'deletedId'],
  ['CreateAssistantFileInput.assistantId', 'fileId: "file-1"', 'assistantFile { id }'],
  ['DeleteAssistantFileInput.id', '', 'deletedId'],
  ['ModifyThreadInput.id', 'metadata: {}', 'thread { id }'],
  ['DeleteThreadInput.id', '', 'deletedId'],
  ['CreateMessageInput.threadId', 'content: "A"', 'message { id }'],
  ['ModifyMessageInput.id', 'metadata: {}', 'message { id }'],
  ['CreateRunInput.threadId', 'assistantId: "asst_1"', 'run { id }'],
  ['CreateRunInput.assistantId', 'threadId: "thread_1"', 'run { id }'],
  ['CreateThreadAndRunInput.assistantId', '', 'run { id }'],
  ['ModifyRunInput.id', 'metadata: {}', 'run { id }'],
  ['CancelRunInput.id', '', 'run { id }'],
  ['SubmitToolOutputsToRunInput.id', 'toolOutputs: [{ toolCallId: "c", output: "" }]', 'run { id }'],
] as const;

export const idArguments: readonly IdArgument[] = [
  ...fields.map(([address, selection]) => ({
    address,
    query: `query ($id: ID!) { ${selection} }`,
    argument: (/\((.*)\)/.exec(address)?.[1] ?? '').replace('ids', 'ids[0]'),
  })),
  ...inputFields.map(([address, others, selection]) => {
    const name = address.replace(/.*\./, '');
    const input = `input: { ${name}: $id ${others} }`;
    return {
      address,
      query: `mutation ($id: ID!) { ${mutationOf(address)}(${input}) { ${selection} } }`,
      argument: `input.${name}`,
    };
  }),
];

/** `cancelRun` for `CancelRunInput.id`. */
function mutationOf(address: string): string {
  return address.charAt(0).toLowerCase() + address.slice(1).replace(/Input\..*/, '');
}

/** The `id` of a mutation is a path if the object lies below others. */
export function pathTo({ address, argument }: IdArgument, id: string): string {
  const field = schema.getMutationType()?.getFields()[mutationOf(address)];
  const cost = argument === 'input.id' && field ? costOf(field) : undefined;
  if (cost?.kind !== 'write') return id;
  const above = operations[cost.operation].idNames.slice(0, -1);
  return [...above.map(() => 'above_1'), id].join('/');
}

/** The addresses of everything in the graph that takes an ID, except `node`, `nodes` and subscriptions (see test/events). */
export function idAddresses(): string[] {
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
