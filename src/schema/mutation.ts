/** Parts that the mutations share. */
import type { ArgBuilder, InputRef, ObjectFieldBuilder } from '@pothos/core';
import type { NodeType } from '../loaders/node-types.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import type { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;

export function inputArgument<Shape>(t: ArgBuilder<Types>, type: InputRef<Shape>) {
  return { input: t({ type, required: true, description: 'Mutation input.' }) };
}

export function deletedId<Parent extends { readonly type: NodeType; readonly path: string[] }>(
  t: ObjectFieldBuilder<Types, Parent>,
) {
  return t.id({
    description: 'Global ID of the deleted object, for cache eviction.',
    resolve: ({ type, path }) => encodeGlobalId(type, path),
  });
}
