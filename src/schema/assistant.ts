import { cost, identity } from '../fields/cost.ts';
import type { Reference } from '../loaders/reference.ts';
import { assistant, assistantFile, assistantFiles, assistants } from '../resolvers/assistant.ts';
import { own } from '../resolvers/object.ts';
import { limits } from '../rest/limits.ts';
import { AssistantFile, AssistantFileConnection } from './assistant-file.ts';
import { builder } from './builder.ts';
import { connectionArguments, connectionTypes } from './connection.ts';
import { formatNumber, METADATA, TEMPERATURE, TOP_P } from './descriptions.ts';
import { Node } from './node.ts';
import { ResponseFormat } from './response-format.ts';
import { toDate } from './scalars.ts';
import { AssistantTool } from './tool.ts';

export const Assistant = builder.objectRef<Reference<'Assistant'>>('Assistant');
export const { connection: AssistantConnection, edge: AssistantEdge } = connectionTypes(
  'Assistant',
  Assistant,
  'assistants',
);

Assistant.implement({
  description: 'A model with instructions, tools and files, which can be run on threads.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description: 'REST ID, for example `asst_abc`.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the assistant was created, to the second.',
      resolve: own((object) => toDate(object.created_at)),
    }),
    name: t.string({
      nullable: true,
      description: `Name of the assistant, up to ${limits.assistantName} characters. Null if not set.`,
      resolve: own((object) => object.name),
    }),
    description: t.string({
      nullable: true,
      description: `Description of the assistant, up to ${limits.assistantDescription} characters. Null if not set.`,
      resolve: own((object) => object.description),
    }),
    model: t.string({
      description: 'Model name, as used by the REST API.',
      resolve: own((object) => object.model),
    }),
    instructions: t.string({
      nullable: true,
      description:
        `System instructions for the model, up to ${formatNumber(limits.instructions)} characters. Null if not ` +
        'set.',
      resolve: own((object) => object.instructions),
    }),
    tools: t.field({
      type: [AssistantTool],
      description: `Tools that the model can use, at most ${limits.assistantTools}.`,
      resolve: own((object) => object.tools),
    }),
    temperature: t.float({
      nullable: true,
      description: `${TEMPERATURE} Null if the REST API uses its default.`,
      resolve: own((object) => object.temperature),
    }),
    topP: t.float({
      nullable: true,
      description: `${TOP_P} Null if the REST API uses its default.`,
      resolve: own((object) => object.top_p),
    }),
    responseFormat: t.field({
      type: ResponseFormat,
      nullable: true,
      description: 'Output format of the model. Null if the REST API does not report it.',
      resolve: own((object) => object.response_format),
    }),
    metadata: t.field({
      type: 'Metadata',
      description: `${METADATA} Empty if there are none.`,
      resolve: own((object) => object.metadata),
    }),
    fileIds: t.stringList({
      description: `REST IDs of the attached files, at most ${limits.assistantFiles}. Empty if the REST API does not report them.`,
      resolve: own((object) => object.file_ids ?? []),
    }),
    file: t.field({
      type: AssistantFile,
      nullable: true,
      extensions: cost.lookUp('AssistantFile'),
      description: 'An attached file. Null, with a `NOT_FOUND` error, if it is not attached.',
      args: { id: t.arg.id({ required: true, description: 'Global ID, or REST ID of the file.' }) },
      resolve: assistantFile,
    }),
    files: t.field({
      type: AssistantFileConnection,
      nullable: true,
      extensions: cost.list('AssistantFile'),
      description: 'Attached files.',
      args: connectionArguments(t.arg),
      resolve: assistantFiles,
    }),
  }),
});

builder.queryFields((t) => ({
  assistant: t.field({
    type: Assistant,
    nullable: true,
    extensions: cost.lookUp('Assistant'),
    description: `The assistant with this ID. Null, with a \`NOT_FOUND\` error, if it does not exist.`,
    args: { id: t.arg.id({ required: true, description: 'Global ID, or REST ID such as `asst_abc`.' }) },
    resolve: assistant,
  }),
  assistants: t.field({
    type: AssistantConnection,
    nullable: true,
    extensions: cost.list('Assistant'),
    description: 'All assistants of the account.',
    args: connectionArguments(t.arg),
    resolve: assistants,
  }),
}));
