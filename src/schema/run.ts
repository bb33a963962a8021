import { cost, identity } from '../fields/cost.ts';
import type { Reference } from '../loaders/reference.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { linkedAssistant, linkedThread } from '../resolvers/links.ts';
import { own } from '../resolvers/object.ts';
import { requiredAction, runIsTerminal, runMessages, runStep, runSteps } from '../resolvers/run.ts';
import { Assistant } from './assistant.ts';
import { builder } from './builder.ts';
import { connectionArguments, connectionTypes } from './connection.ts';
import { METADATA, TEMPERATURE, TOP_P } from './descriptions.ts';
import { MessageConnection } from './message.ts';
import { Node } from './node.ts';
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
import { toDate, toOptionalDate } from './scalars.ts';
import { Thread } from './thread.ts';
import { AssistantTool } from './tool.ts';

export const Run = builder.objectRef<Reference<'Run'>>('Run');
export const { connection: RunConnection, edge: RunEdge } = connectionTypes('Run', Run, 'runs');

Run.implement({
  description:
    "An assistant's work on a thread: tool calls and messages. A thread has at most one active run, and " +
    'accepts no messages until that run ends.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description: 'REST ID, for example `run_abc`.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the run was created, to the second.',
      resolve: own((object) => toDate(object.created_at)),
    }),
    threadId: t.id({
      extensions: identity,
      description: 'Global ID of the thread.',
      resolve: ({ ids }) => encodeGlobalId('Thread', [ids.thread_id]),
    }),
    thread: t.field({
      type: Thread,
      nullable: true,
      extensions: cost.owner('Thread'),
      description: 'The thread that the run works on. Null if it no longer exists.',
      resolve: linkedThread,
    }),
    assistantId: t.id({
      description: 'Global ID of the assistant.',
      resolve: own(({ assistant_id }) => encodeGlobalId('Assistant', [assistant_id])),
    }),
    assistant: t.field({
      type: Assistant,
      nullable: true,
      extensions: cost.link('Assistant'),
      description: 'The assistant, with its current settings. Null if it no longer exists.',
      resolve: linkedAssistant,
    }),
    status: t.field({
      type: RunStatus.type,
      description: 'Status of the run.',
      resolve: own((object) => RunStatus.from(object.status)),
    }),
    isTerminal: t.boolean({
      description: 'Whether the status is final. False for unknown statuses.',
      resolve: own(runIsTerminal),
    }),
    requiredAction: t.field({
      type: RequiredAction,
      nullable: true,
      description:
        'What the run needs before it can continue. Null if it needs nothing. Null, with an error, if the REST ' +
        'API sent it in a form that cannot be read.',
      resolve: own(requiredAction),
    }),
    lastError: t.field({
      type: RunError,
      nullable: true,
      description: 'Error that made the run fail. Null if there is none.',
      resolve: own((object) => object.last_error),
    }),
    incompleteReason: t.field({
      type: RunIncompleteReason.type,
      nullable: true,
      description:
        'Which token limit the run reached. Null if it reached none, or if the REST API does not report it.',
      resolve: own((object) => RunIncompleteReason.fromOptional(object.incomplete_details?.reason)),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the run expires, even if it waits for tool outputs. Null once the run has ended.',
      resolve: own((object) => toOptionalDate(object.expires_at)),
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the run started, to the second. Null if it has not started.',
      resolve: own((object) => toOptionalDate(object.started_at)),
    }),
    cancelledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the run was cancelled, to the second. Null if it was not cancelled.',
      resolve: own((object) => toOptionalDate(object.cancelled_at)),
    }),
    failedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the run failed, to the second. Null if it did not fail.',
      resolve: own((object) => toOptionalDate(object.failed_at)),
    }),
    completedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the run completed, to the second. Null if it did not complete.',
      resolve: own((object) => toOptionalDate(object.completed_at)),
    }),
    model: t.string({
      description: "Model of the run: the assistant's, or the one set for this run.",
      resolve: own((object) => object.model),
    }),
    instructions: t.string({
      nullable: true,
      description: 'Instructions of the run. Null or empty if there are none.',
      resolve: own((object) => object.instructions),
    }),
    tools: t.field({
      type: [AssistantTool],
      description: 'Tools that the model can use in this run.',
      resolve: own((object) => object.tools),
    }),
    fileIds: t.stringList({
      description:
        'REST IDs of the files attached to the assistant when the run was created. Empty if the REST API does not report them.',
      resolve: own((object) => object.file_ids ?? []),
    }),
    metadata: t.field({
      type: 'Metadata',
      description: `${METADATA} Empty if there are none.`,
      resolve: own((object) => object.metadata),
    }),
    usage: t.field({
      type: TokenUsage,
      nullable: true,
      description: 'Tokens used by the run. Null until the run ends.',
      resolve: own((object) => object.usage),
    }),
    temperature: t.float({
      nullable: true,
      description: `${TEMPERATURE} Null if the REST API does not report it.`,
      resolve: own((object) => object.temperature),
    }),
    topP: t.float({
      nullable: true,
      description: `${TOP_P} Null if the REST API does not report it.`,
      resolve: own((object) => object.top_p),
    }),
    maxPromptTokens: t.int({
      nullable: true,
      description: 'Maximum number of prompt tokens in the whole run. Null if there is no limit.',
      resolve: own((object) => object.max_prompt_tokens),
    }),
    maxCompletionTokens: t.int({
      nullable: true,
      description: 'Maximum number of completion tokens in the whole run. Null if there is no limit.',
      resolve: own((object) => object.max_completion_tokens),
    }),
    truncationStrategy: t.field({
      type: TruncationStrategy,
      nullable: true,
      description:
        'Which messages of the thread the model receives. Null if the REST API does not report it.',
      resolve: own((object) => object.truncation_strategy),
    }),
    toolChoice: t.field({
      type: ToolChoice,
      nullable: true,
      description:
        'Whether the model can, must or must not use tools. Null if the REST API does not report it.',
      resolve: own((object) => object.tool_choice),
    }),
    responseFormat: t.field({
      type: ResponseFormat,
      nullable: true,
      description: 'Output format of the model. Null if the REST API does not report it.',
      resolve: own((object) => object.response_format),
    }),
    step: t.field({
      type: RunStep,
      nullable: true,
      extensions: cost.lookUp('RunStep'),
      description: 'The step with this ID. Null, with a `NOT_FOUND` error, if the run does not contain it.',
      args: {
        id: t.arg.id({ required: true, description: 'Global ID, or REST ID such as `step_abc`.' }),
      },
      resolve: runStep,
    }),
    steps: t.field({
      type: RunStepConnection,
      nullable: true,
      extensions: cost.list('RunStep'),
      description: 'Steps of the run: one for each message, and one for each round of tool calls.',
      args: connectionArguments(t.arg),
      resolve: runSteps,
    }),
    messages: t.field({
      type: MessageConnection,
      nullable: true,
      extensions: cost.list('Message'),
      description: 'Messages written by the run.',
      args: connectionArguments(t.arg),
      resolve: runMessages,
    }),
  }),
});
