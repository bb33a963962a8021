/** Parts that the mutations share: the `input` argument, the simplest input types, the ID of a deleted object. */
import type { ArgBuilder, InputRef, ObjectFieldBuilder } from '@pothos/core';
import type { NodeType } from '../loaders/node-types.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import type { ModifyMetadataInput } from '../resolvers/limits.ts';
import { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;

export function inputArgument<Shape>(t: ArgBuilder<Types>, type: InputRef<Shape>) {
  return { input: t({ type, required: true, description: 'Mutation input.' }) };
}

/** An input type with an ID and nothing else. @param restForm the REST ID or path that is accepted besides a global ID */
export function idInput(name: string, description: string, restForm: string) {
  return builder.inputRef<{ id: string }>(name).implement({
    description,
    fields: (t) => ({ id: t.id({ required: true, description: `Global ID, or ${restForm}.` }) }),
  });
}

/** The input type of a mutation that updates nothing but metadata. @param restForm see `idInput` */
export function metadataInput(name: string, description: string, restForm: string) {
  return builder.inputRef<ModifyMetadataInput>(name).implement({
    description,
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

export function deletedId<Parent extends { readonly type: NodeType; readonly path: string[] }>(
  t: ObjectFieldBuilder<Types, Parent>,
) {
  return t.id({
    description: 'Global ID of the deleted object, for cache eviction.',
    resolve: ({ type, path }) => encodeGlobalId(type, path),
  });
}
