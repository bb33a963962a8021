/** Input types that consist of the ID of an object, or of its ID and new metadata. */
import type { ModifyMetadataInput } from '../../resolvers/input/metadata.ts';
import { builder } from '../builder.ts';

/** @param mutation such as `deleteThread` @param restForm the REST ID or path that is accepted besides a global ID */
export function idInput(mutation: string, restForm: string) {
  return builder.inputRef<{ id: string }>(inputNameOf(mutation)).implement({
    description: `Input of \`${mutation}\`.`,
    fields: (t) => ({ id: t.id({ required: true, description: `Global ID, or ${restForm}.` }) }),
  });
}

/** @param mutation such as `modifyThread` @param restForm the REST ID or path that is accepted besides a global ID */
export function metadataInput(mutation: string, restForm: string) {
  return builder.inputRef<ModifyMetadataInput>(inputNameOf(mutation)).implement({
    description: `Input of \`${mutation}\`.`,
    fields: (t) => ({
      id: t.id({ required: true, description: `Global ID, or ${restForm}.` }),
      metadata: t.field({
        type: 'Metadata',
        description:
          'Key-value pairs that replace all existing ones. Null removes all pairs. Fails with `BAD_USER_INPUT` if ' +
          'omitted.',
      }),
    }),
  });
}

function inputNameOf(mutation: string): string {
  return `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
}
