import type { RunReference } from '../context.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { linkedAssistant, linkedThread } from '../resolvers/links.ts';
import { own } from '../resolvers/object.ts';
import { requiredAction, runIsTerminal, runMessages, runStep, runSteps } from '../resolvers/run.ts';
import { Assistant } from './assistant.ts';
import { builder } from './builder.ts';
import { connectionArguments, connectionTypes } from './connection.ts';
import { MessageConnection } from './message.ts';
import { identity, Node } from './node.ts';
import { ResponseFormat } from './response-format.ts';
import {
  RequiredAction,
  RunError,
  RunIncompleteReason,
  RunStatus,
  TokenUsage,
  ToolChoice,
  TruncationStrategy,
} from './run-parts.ts';
import { RunStep, RunStepConnection } from './run-step.ts';
import { instant, optionalInstant } from './scalars.ts';
import { Thread } from './thread.ts';
import { AssistantTool } from './tool.ts';

export const Run = builder.objectRef<RunReference>('Run');
export const { connection: RunConnection, edge: RunEdge } = connectionTypes('Run', Run, 'runs');

Run.implement({
  description:
    'An assistant at work on a thread: from being asked, over the tools that it calls, to the messages that it writes. ' +
    'A thread has one live run at most, and takes no messages while it has.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description: "REST's own id, such as `run_abc`.",
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created, to the second.',
      resolve: own((object) => instant(object.created_at)),
    }),
    threadId: t.id({
      extensions: identity,
      description: 'The global id of the thread.',
      resolve: ({ ids }) => encodeGlobalId('Thread', [ids.thread_id]),
    }),
    thread: t.field({
      type: Thread,
      nullable: true,
      extensions: identity,
      description: 'The thread that it works on. Null where that is gone.',
      resolve: linkedThread,
    }),
    assistantId: t.id({
      description: 'The global id of the assistant.',
      resolve: own(({ assistant_id }) => encodeGlobalId('Assistant', [assistant_id])),
    }),
    assistant: t.field({
      type: Assistant,
      nullable: true,
      description: 'The assistant at work, as it is today. Null where it is gone.',
      resolve: linkedAssistant,
    }),
    status: t.field({
      type: RunStatus.type,
      description: 'How far it has come.',
      resolve: own((object) => RunStatus.from(object.status)),
    }),
    isTerminal: t.boolean({
      description: 'True once the status can change no more. False of a status that is UNKNOWN.',
      resolve: own(runIsTerminal),
    }),
    requiredAction: t.field({
      type: RequiredAction,
      nullable: true,
      description:
        'What the run waits for you to do. Null where it waits for nothing; null with an error where that cannot be told.',
      resolve: own(requiredAction),
    }),
    lastError: t.field({
      type: RunError,
      nullable: true,
      description: 'Why it failed. Null where nothing went wrong.',
      resolve: own((object) => object.last_error),
    }),
    incompleteReason: t.field({
      type: RunIncompleteReason.type,
      nullable: true,
      description: 'Which budget was used up. Null where none was, or upstream does not say.',
      resolve: own((object) => RunIncompleteReason.fromOptional(object.incomplete_details?.reason)),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When upstream will give up on it, waiting for tool outputs included. Null once it has ended.',
      resolve: own((object) => optionalInstant(object.expires_at)),
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its work began, to the second. Null while it is queued.',
      resolve: own((object) => optionalInstant(object.started_at)),
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was cancelled, to the second. Null where it was not.',
      resolve: own((object) => optionalInstant(object.cancelled_at)),
    }),
    failedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it failed, to the second. Null where it did not.',
      resolve: own((object) => optionalInstant(object.failed_at)),
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was complete, to the second. Null where it is not.',
      resolve: own((object) => optionalInstant(object.completed_at)),
    }),
    model: t.string({
      description: "The model at work: the assistant's, or the one named for this run.",
      resolve: own((object) => object.model),
    }),
    instructions: t.string({
      nullable: true,
      description: 'What the model was told for this run. Empty or null for nothing.',
      resolve: own((object) => object.instructions),
    }),
    tools: t.field({
      type: [AssistantTool],
      description: 'What the model may use in this run.',
      resolve: own((object) => object.tools),
    }),
    fileIds: t.stringList({
      description: 'The REST ids of the files that the assistant had when the run began.',
      resolve: own((object) => object.file_ids ?? []),
    }),
    metadata: t.field({
      type: 'Metadata',
      description: 'Your own notes. Empty where there are none.',
      resolve: own((object) => object.metadata),
    }),
    usage: t.field({
      type: TokenUsage,
      nullable: true,
      description: 'What it cost. Null while it is under way.',
      resolve: own((object) => object.usage),
    }),
    temperature: t.float({
      nullable: true,
      description: 'How freely the model picks its words, 0 to 2. Null where upstream does not say.',
      resolve: own((object) => object.temperature),
    }),
    topP: t.float({
      nullable: true,
      description:
        'The share of probability that the model picks its words from, 0 to 1. Null where upstream does not say.',
      resolve: own((object) => object.top_p),
    }),
    maxPromptTokens: t.int({
      nullable: true,
      description: 'The budget for what the model reads in all its rounds. Null for no bound.',
      resolve: own((object) => object.max_prompt_tokens),
    }),
    maxCompletionTokens: t.int({
      nullable: true,
      description: 'The budget for what the model writes in all its rounds. Null for no bound.',
      resolve: own((object) => object.max_completion_tokens),
    }),
    truncationStrategy: t.field({
      type: TruncationStrategy,
      nullable: true,
      description: 'How much of a long thread the model gets to read. Null where upstream does not say.',
      resolve: own((object) => object.truncation_strategy),
    }),
    toolChoice: t.field({
      type: ToolChoice,
      nullable: true,
      description: 'Whether the model may, must or must not use tools. Null where upstream does not say.',
      resolve: own((object) => object.tool_choice),
    }),
    responseFormat: t.field({
      type: ResponseFormat,
      nullable: true,
      description: 'The form of the answer. Null where upstream does not say.',
      resolve: own((object) => object.response_format),
    }),
    step: t.field({
      type: RunStep,
      nullable: true,
      description: 'One step. Null, with a NOT_FOUND error, where the run has no such step.',
      args: {
        id: t.arg.id({ required: true, description: 'A global id, or a REST id such as `step_abc`.' }),
      },
      resolve: runStep,
    }),
    steps: t.field({
      type: RunStepConnection,
      nullable: true,
      description: 'What it did: a step for each message, and one for each round of tool calls.',
      args: connectionArguments(t.arg),
      resolve: runSteps,
    }),
    messages: t.field({
      type: MessageConnection,
      nullable: true,
      description: 'What it wrote.',
      args: connectionArguments(t.arg),
      resolve: runMessages,
    }),
  }),
});
