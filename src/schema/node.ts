import { cost, identity } from '../fields/cost.ts';
import type { NodeType } from '../loaders/node-types.ts';
import { encodeGlobalId } from '../resolvers/global-id.ts';
import { MAX_NODE_IDS, node, nodes } from '../resolvers/node.ts';
import { builder } from './builder.ts';

export const Node = builder
  .interfaceRef<{ readonly type: NodeType; readonly path: readonly string[] }>('Node')
  .implement({
    description: 'An object with a global ID.',
    resolveType: (object) => object.type,
    fields: (t) => ({
      id: t.id({
        description:
          'Global ID: opaque, and unique across all types. Accepted by every argument that takes an ID of this ' +
          'type.',
        extensions: identity,
        resolve: (object) => encodeGlobalId(object.type, object.path),
      }),
    }),
  });

builder.queryType({
  description:
    'Read operations. A field that makes its own REST call is null, with an error, if that call fails.',
  fields: (t) => ({
    node: t.field({
      type: Node,
      nullable: true,
      extensions: cost.lookUp('Node'),
      description: `The object with this global ID. Null, with a \`NOT_FOUND\` error, if it does not exist. Needs the scope to read objects of its type.`,
      args: { id: t.arg.id({ required: true, description: 'Global ID. REST IDs are not accepted.' }) },
      resolve: node,
    }),
    nodes: t.field({
      type: [Node],
      nullable: { list: false, items: true },
      extensions: cost.lookUp('Node', { argument: 'ids', max: MAX_NODE_IDS }),
      description:
        'Objects with these global IDs, in the same order. An ID without an object gives null in its position, ' +
        'and an error that names it. Needs the scopes to read objects of their types.',
      args: { ids: t.arg.idList({ required: true, description: `Global IDs, at most ${MAX_NODE_IDS}.` }) },
      resolve: nodes,
    }),
  }),
});

builder.mutationType({
  description:
    'Write operations, one for each REST operation that writes. The fields of a request run in order. A ' +
    'field that fails is null, with an error, and the fields after it still run. A write is never repeated ' +
    'if the first attempt may have succeeded.',
});
