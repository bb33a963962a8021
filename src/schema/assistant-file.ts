import { cost, identity } from '../fields/cost.ts';
import type { Reference } from '../loaders/reference.ts';
import { assistantFileAssistant } from '../resolvers/assistant-file.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { own } from '../resolvers/object.ts';
import { Assistant } from './assistant.ts';
import { builder } from './builder.ts';
import { connectionTypes } from './connection.ts';
import { Node } from './node.ts';
import { toDate } from './scalars.ts';

export const AssistantFile = builder.objectRef<Reference<'AssistantFile'>>('AssistantFile');
export const { connection: AssistantFileConnection } = connectionTypes(
  'AssistantFile',
  AssistantFile,
  'assistant files',
);

AssistantFile.implement({
  description: 'A file attached to an assistant.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description:
        'REST ID of the file, for example `file-abc`. The same file can be attached to several assistants and ' +
        'messages.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the file was attached, to the second.',
      resolve: own((object) => toDate(object.created_at)),
    }),
    assistantId: t.id({
      extensions: identity,
      description: 'Global ID of the assistant.',
      resolve: ({ ids }) => encodeGlobalId('Assistant', [ids.assistant_id]),
    }),
    assistant: t.field({
      type: Assistant,
      nullable: true,
      extensions: cost.owner('Assistant'),
      description: 'The assistant that the file is attached to. Null if it no longer exists.',
      resolve: assistantFileAssistant,
    }),
  }),
});
