import type { AssistantReference } from '../context.ts';
import { assistant, assistantFile, assistantFiles, assistants } from '../resolvers/assistant.ts';
import { own } from '../resolvers/object.ts';
import { AssistantFile, AssistantFileConnection } from './assistant-file.ts';
import { builder } from './builder.ts';
import { connectionArguments, connectionTypes } from './connection.ts';
import { identity, Node, notFoundBelow } from './node.ts';
import { ResponseFormat } from './response-format.ts';
import { instant } from './scalars.ts';
import { AssistantTool } from './tool.ts';

export const Assistant = builder.objectRef<AssistantReference>('Assistant');
export const { connection: AssistantConnection, edge: AssistantEdge } = connectionTypes(
  'Assistant',
  Assistant,
  'assistants',
);

Assistant.implement({
  description: 'A model with its instructions, its tools and its files, ready to be run on threads.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description: "REST's own id, such as `asst_abc`.",
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created, to the second.',
      resolve: own((object) => instant(object.created_at)),
    }),
    name: t.string({
      nullable: true,
      description: 'What people call it, up to 256 characters. Null where it has no name.',
      resolve: own((object) => object.name),
    }),
    description: t.string({
      nullable: true,
      description: 'What it is for, up to 512 characters. Null where nobody said.',
      resolve: own((object) => object.description),
    }),
    model: t.string({
      description: 'The model that answers, under the name that upstream knows it by.',
      resolve: own((object) => object.model),
    }),
    instructions: t.string({
      nullable: true,
      description:
        'What the model is told ahead of every thread, up to 256,000 characters. Null for nothing.',
      resolve: own((object) => object.instructions),
    }),
    tools: t.field({
      type: [AssistantTool],
      description: 'What the model may use, 128 tools at most.',
      resolve: own((object) => object.tools),
    }),
    temperature: t.float({
      nullable: true,
      description: 'How freely the model picks its words, 0 to 2. Null where upstream keeps its own default.',
      resolve: own((object) => object.temperature),
    }),
    topP: t.float({
      nullable: true,
      description:
        'The share of probability that the model picks its words from, 0 to 1. Null where upstream keeps its own default.',
      resolve: own((object) => object.top_p),
    }),
    responseFormat: t.field({
      type: ResponseFormat,
      nullable: true,
      description: 'The form of the answers. Null where upstream says nothing of it.',
      resolve: own((object) => object.response_format),
    }),
    metadata: t.field({
      type: 'Metadata',
      description: 'Your own notes. Empty where there are none.',
      resolve: own((object) => object.metadata),
    }),
    fileIds: t.stringList({
      description: 'The REST ids of the attached files, 20 at most.',
      resolve: own((object) => object.file_ids ?? []),
    }),
    file: t.field({
      type: AssistantFile,
      nullable: true,
      description: 'One attached file. Null, with a NOT_FOUND error, where it is not attached.',
      args: { id: t.arg.id({ required: true, description: 'A global id, or the REST id of the file.' }) },
      resolve: assistantFile,
    }),
    files: t.field({
      type: AssistantFileConnection,
      nullable: true,
      description: 'The attached files.',
      args: connectionArguments(t.arg),
      resolve: assistantFiles,
    }),
  }),
});

builder.queryFields((t) => ({
  assistant: t.field({
    type: Assistant,
    nullable: true,
    description: `One assistant. Null, with a NOT_FOUND error, where there is none.${notFoundBelow}`,
    args: { id: t.arg.id({ required: true, description: 'A global id, or a REST id such as `asst_abc`.' }) },
    resolve: assistant,
  }),
  assistants: t.field({
    type: AssistantConnection,
    nullable: true,
    description: 'All assistants of the account.',
    args: connectionArguments(t.arg),
    resolve: assistants,
  }),
}));
