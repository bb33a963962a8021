import type { AssistantFileReference } from '../context.ts';
import { assistantFileAssistant } from '../resolvers/assistant-file.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { own } from '../resolvers/object.ts';
import { Assistant } from './assistant.ts';
import { builder } from './builder.ts';
import { connectionTypes } from './connection.ts';
import { identity, Node } from './node.ts';
import { instant } from './scalars.ts';

export const AssistantFile = builder.objectRef<AssistantFileReference>('AssistantFile');
export const { connection: AssistantFileConnection } = connectionTypes(
  'AssistantFile',
  AssistantFile,
  'files of an assistant',
);

AssistantFile.implement({
  description: 'A file that is attached to an assistant.',
  interfaces: [Node],
  fields: (t) => ({
    restId: t.exposeString('restId', {
      extensions: identity,
      description:
        "REST's own id of the file, such as `file-abc`. The same file may be attached elsewhere too.",
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was attached, to the second.',
      resolve: own((object) => instant(object.created_at)),
    }),
    assistantId: t.id({
      extensions: identity,
      description: 'The global id of the assistant.',
      resolve: ({ ids }) => encodeGlobalId('Assistant', [ids.assistant_id]),
    }),
    assistant: t.field({
      type: Assistant,
      nullable: true,
      extensions: identity,
      description: 'The assistant that the file is attached to. Null where it is gone.',
      resolve: assistantFileAssistant,
    }),
  }),
});
