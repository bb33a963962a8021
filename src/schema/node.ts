import type { NodeType } from '../loaders/node-types.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { node, nodes } from '../resolvers/node.ts';
import { IDENTITY } from '../resolvers/selection.ts';
import { builder } from './builder.ts';

/** Marks a field that an object's reference answers by itself, without reading the object. */
export const identity = { [IDENTITY]: true } as const;

/** What follows in the description of a field that looks an object up, which `lookUp` in resolvers/object.ts reads late. */
export const notFoundBelow =
  ' If nothing is asked but ids and what lies below it, what lies below is null instead, with that error.';

export const Node = builder
  .interfaceRef<{ readonly type: NodeType; readonly path: string[] }>('Node')
  .implement({
    description: 'An object with an identity of its own, which caches can key on and `node` can find again.',
    resolveType: (object) => object.type,
    fields: (t) => ({
      id: t.id({
        description:
          'The global id: opaque, unique in the whole graph, and good for every argument that takes an id of this type.',
        extensions: identity,
        resolve: (object) => encodeGlobalId(object.type, object.path),
      }),
    }),
  });

builder.queryType({
  description:
    'Everything that can be read. What costs a REST call of its own, here and below, is null with an error where that fails.',
  fields: (t) => ({
    node: t.field({
      type: Node,
      nullable: true,
      description: `The object with this global id. Null, with a NOT_FOUND error, where there is none.${notFoundBelow}`,
      args: { id: t.arg.id({ required: true, description: 'A global id; a REST id will not do.' }) },
      resolve: node,
    }),
    nodes: t.field({
      type: [Node],
      nullable: { list: false, items: true },
      description:
        'The objects with these global ids, in their order. An id that leads nowhere gives null in its place, and ' +
        `an error that says which.${notFoundBelow}`,
      args: { ids: t.arg.idList({ required: true, description: 'Global ids, 100 at most.' }) },
      resolve: nodes,
    }),
  }),
});

builder.mutationType({
  description:
    'Everything that can be changed: one field for each REST operation that writes. The fields of one request run ' +
    'one after the other. One that fails is null, with an error, and those after it run all the same. None is ever sent ' +
    'twice where it may have taken place the first time.',
});
