import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isUnionType,
} from 'graphql';
import { isNodeType, type NodeType } from '../loaders/node-types.ts';

/** Which types of a graph lead to which node types, through connections, payloads and interfaces. */
export class Reachability {
  readonly #schema: GraphQLSchema;
  readonly #found = new Map<GraphQLNamedType, ReadonlySet<NodeType>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The node types that can be selected somewhere below a value of `type`. Nothing below a node counts. */
  nodesFrom(type: GraphQLNamedType): ReadonlySet<NodeType> {
    const known = this.#found.get(type);
    if (known !== undefined) return known;
    const nodes = new Set<NodeType>();
    const seen = new Set<GraphQLNamedType>();
    const open = [type];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      if (isNodeType(next.name)) nodes.add(next.name);
      else open.push(...this.#partsOf(next));
    }
    this.#found.set(type, nodes);
    return nodes;
  }

  #partsOf(type: GraphQLNamedType): GraphQLNamedType[] {
    if (!isCompositeType(type)) return [];
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    return [
      ...fields.map((field) => getNamedType(field.type)),
      ...(isAbstractType(type) ? this.#schema.getPossibleTypes(type) : []),
    ];
  }
}
