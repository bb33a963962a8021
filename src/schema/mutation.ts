/** What the mutations have in common: one argument called input, ids of what was deleted, changes of metadata. */
import type { ArgBuilder, InputRef, ObjectFieldBuilder } from '@pothos/core';
import type { NodeType } from '../loaders/node-types.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import type { ModifyMetadataInput } from '../resolvers/limits.ts';
import { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;

export function inputArgument<Shape>(t: ArgBuilder<Types>, type: InputRef<Shape>) {
  return { input: t({ type, required: true, description: 'What is to be done.' }) };
}

/** An input that names one object and says nothing more. @param otherwise how REST names such an object */
export function idInput(name: string, description: string, otherwise: string) {
  return builder.inputRef<{ id: string }>(name).implement({
    description,
    fields: (t) => ({ id: t.id({ required: true, description: `A global id, or ${otherwise}.` }) }),
  });
}

/** An input that changes the metadata of one object, of which nothing else can be changed. */
export function metadataInput(name: string, description: string, otherwise: string) {
  return builder.inputRef<ModifyMetadataInput>(name).implement({
    description,
    fields: (t) => ({
      id: t.id({ required: true, description: `A global id, or ${otherwise}.` }),
      metadata: t.field({
        type: 'Metadata',
        description:
          'Your own notes, in place of all that were there; null for none. Left out, nothing changes.',
      }),
    }),
  });
}

export function deletedId<Parent extends { readonly type: NodeType; readonly path: string[] }>(
  t: ObjectFieldBuilder<Types, Parent>,
) {
  return t.id({
    description: 'The global id of what is gone, for caches to forget it by.',
    resolve: ({ type, path }) => encodeGlobalId(type, path),
  });
}
