import type { ArgBuilder, ObjectRef } from '@pothos/core';
import type { ListedType } from '../loaders/node-types.ts';
import type { Reference } from '../loaders/reference.ts';
import { type Connection, type Edge, edgeNode, listedNode } from '../resolvers/connection.ts';
import { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;

const SortOrder = builder.enumType('SortOrder', {
  description: 'By the time of creation; what was created in the same second keeps its order of creation.',
  values: {
    ASC: { value: 'asc', description: 'The oldest first.' },
    DESC: { value: 'desc', description: 'The newest first.' },
  },
});

/** The arguments of every connection. */
export function connectionArguments(t: ArgBuilder<Types>) {
  return {
    first: t.int({
      description: 'How many to read from `after` on, or from the start: 1 to 100, 20 if left out.',
    }),
    after: t.string({ description: 'Read on from just behind this cursor. Goes with `first`.' }),
    last: t.int({
      description: 'How many to read up to `before`, or up to the end: 1 to 100, 20 if left out.',
    }),
    before: t.string({ description: 'Read up to just ahead of this cursor. Goes with `last`.' }),
    order: t({ type: SortOrder, defaultValue: 'desc', description: 'The order of the whole list.' }),
  };
}

const PageInfo = builder.objectRef<Connection<ListedType>>('PageInfo').implement({
  description: 'Where a page lies in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description:
        'Whether there is more behind this page. Of a page read with `last`, true where `before` was given.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description:
        'Whether there is more ahead of this page. Of a page read with `first`, true where `after` was given.',
    }),
    startCursor: t.string({
      nullable: true,
      description: 'The cursor of the first edge, for `before`. Null on an empty page.',
      resolve: ({ edges }) => edges[0]?.cursor,
    }),
    endCursor: t.string({
      nullable: true,
      description: 'The cursor of the last edge, for `after`. Null on an empty page.',
      resolve: ({ edges }) => edges.at(-1)?.cursor,
    }),
  }),
});

/** The connection and edge of a type that can be listed. @param plural what a person calls several of them */
export function connectionTypes<Type extends ListedType>(
  type: Type,
  node: ObjectRef<Types, Reference<Type>>,
  plural: string,
) {
  const edge = builder.objectRef<Edge<Type>>(`${type}Edge`).implement({
    description: `One of a list of ${plural}, and its place there.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'The place in the list, for `after` and `before`.' }),
      node: t.field({
        type: node,
        nullable: true,
        description: 'The object. Null, with an error, where upstream sent it damaged.',
        resolve: edgeNode,
      }),
    }),
  });
  const connection = builder.objectRef<Connection<Type>>(`${type}Connection`).implement({
    description: `A page of a list of ${plural}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'The objects with their cursors.',
        resolve: (page) => page.edges,
      }),
      nodes: t.field({
        type: [node],
        nullable: { list: false, items: true },
        description: 'The objects alone. Null in place of one that upstream sent damaged.',
        resolve: (page) => page.edges.map(listedNode),
      }),
      pageInfo: t.field({ type: PageInfo, description: 'Where the page lies.', resolve: (page) => page }),
    }),
  });
  return { edge, connection };
}
