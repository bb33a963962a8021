import type { ArgBuilder, ObjectRef } from '@pothos/core';
import { cost } from '../fields/cost.ts';
import type { ListedType } from '../loaders/node-types.ts';
import type { Reference } from '../loaders/reference.ts';
import { type Connection, type Edge, edgeCursor, edgeNode, listedNode } from '../resolvers/connection.ts';
import { limits } from '../rest/limits.ts';
import { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;

const SortOrder = builder.enumType('SortOrder', {
  description:
    'Sort order, by creation time. Objects created in the same second are sorted by order of creation.',
  values: {
    ASC: { value: 'asc', description: 'Oldest first.' },
    DESC: { value: 'desc', description: 'Newest first.' },
  },
});

/** The arguments of every connection. */
export function connectionArguments(t: ArgBuilder<Types>) {
  return {
    first: t.int({
      description:
        `Number of items to return, from the start of the list or after \`after\`: 0 to ${limits.pageSize}. ` +
        `Defaults to ${limits.defaultPageSize}. 0 makes no REST call.`,
    }),
    after: t.string({
      description:
        'Return items after this cursor, or after the item with this REST ID. Cannot be combined with `last` or ' +
        '`before`.',
    }),
    last: t.int({
      description:
        `Number of items to return, from the end of the list or before \`before\`: 0 to ${limits.pageSize}. ` +
        `Defaults to ${limits.defaultPageSize} if \`before\` is set. 0 makes no REST call.`,
    }),
    before: t.string({
      description:
        'Return items before this cursor, or before the item with this REST ID. Cannot be combined with `first` or ' +
        '`after`.',
    }),
    order: t({
      type: SortOrder,
      defaultValue: 'desc',
      description:
        'Sort order of the list. Pages read with `last` or `before` are returned in this order too.',
    }),
  };
}

const PageInfo = builder.objectRef<Connection<ListedType>>('PageInfo').implement({
  description: 'Pagination details of a page.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description:
        'Whether there are more items after this page. For a page read with `last` or `before`: whether `before` ' +
        'was set. False with `first: 0`.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description:
        'Whether there are more items before this page. For a page read with `first` or `after`: whether `after` ' +
        'was set. False with `last: 0`.',
    }),
    startCursor: t.string({
      nullable: true,
      description: 'Cursor of the first edge, for use as `before`. Null if the page is empty.',
      resolve: ({ edges: [first] }) => first && edgeCursor(first),
    }),
    endCursor: t.string({
      nullable: true,
      description: 'Cursor of the last edge, for use as `after`. Null if the page is empty.',
      resolve: ({ edges }) => {
        const last = edges.at(-1);
        return last && edgeCursor(last);
      },
    }),
  }),
});

/** The connection and edge types of a type that can be listed. @param plural its name in descriptions, such as `messages` */
export function connectionTypes<Type extends ListedType>(
  type: Type,
  node: ObjectRef<Types, Reference<Type>>,
  plural: string,
) {
  const edge = builder.objectRef<Edge<Type>>(`${type}Edge`).implement({
    description: `An item in a list of ${plural}, with its cursor.`,
    fields: (t) => ({
      cursor: t.string({
        description: 'Cursor of the item, for use as `after` or `before`. Opaque.',
        resolve: edgeCursor,
      }),
      node: t.field({
        type: node,
        nullable: true,
        extensions: cost.inHand,
        description: 'The item. Null, with an error, if the REST API returned a malformed object.',
        resolve: edgeNode,
      }),
    }),
  });
  const connection = builder.objectRef<Connection<Type>>(`${type}Connection`).implement({
    description: `A page of ${plural}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        extensions: cost.inHand,
        description: 'Items with their cursors.',
        resolve: (page) => page.edges,
      }),
      nodes: t.field({
        type: [node],
        nullable: { list: false, items: true },
        extensions: cost.inHand,
        description:
          'Items without cursors. Null, with an error, in place of each malformed object from the REST API.',
        resolve: (page) => page.edges.map(listedNode),
      }),
      pageInfo: t.field({ type: PageInfo, description: 'Pagination details.', resolve: (page) => page }),
    }),
  });
  return { edge, connection };
}
