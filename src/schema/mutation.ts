/** Parts that the mutations share. */
import type { ArgBuilder, InputRef, ObjectFieldBuilder } from '@pothos/core';
import { cost } from '../fields/cost.ts';
import type { NodeType } from '../loaders/node-types.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { type InThread, writtenThread } from '../resolvers/links.ts';
import type { builder } from './builder.ts';
import { Thread } from './thread.ts';

type Types = typeof builder.$inferSchemaTypes;

export function inputArgument<Shape>(t: ArgBuilder<Types>, type: InputRef<Shape>) {
  return { input: t({ type, required: true, description: 'Mutation input.' }) };
}

export function deletedId<Parent extends { readonly type: NodeType; readonly path: readonly string[] }>(
  t: ObjectFieldBuilder<Types, Parent>,
) {
  return t.id({
    description: 'Global ID of the deleted object, for cache eviction.',
    resolve: ({ type, path }) => encodeGlobalId(type, path),
  });
}

/** The thread of the object that a write returned. */
export function threadOfWritten<Parent extends InThread>(t: ObjectFieldBuilder<Types, Parent>) {
  return t.field({
    type: Thread,
    nullable: true,
    extensions: cost.owner('Thread', { exists: true }),
    description:
      'The thread. Its `id` and `activeRun` are known from the write and need no REST call. Null, with an error, if ' +
      'the thread could not be read; the write has taken effect.',
    resolve: writtenThread,
  });
}
