/** Rejects a graph that cannot be priced, before it serves anything. */
import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  OperationTypeNode,
} from 'graphql';
import { isNodeType, lineageOf, type NodeType } from '../loaders/node-types.ts';
import { costOf, type FieldCost, hasScope, type LinkCost, type ListCost, type LookUpCost } from './cost.ts';
import { Reachability } from './reachability.ts';

/**
 * Checks that each root field, and each field whose type can lead to an object of the REST API, declares its cost, and that
 * what it declares can be right.
 *
 * @throws Error with a line for each field that fails
 */
export function requireCosts(schema: GraphQLSchema): GraphQLSchema {
  const problems = fieldsOf(schema).flatMap((field) => {
    const problem = problemOf(field);
    return problem === undefined ? [] : [`${field.on.name}.${field.name} ${problem}`];
  });
  if (problems.length > 0)
    throw new Error(`Wrong costs in the extensions of fields:\n${problems.join('\n')}`);
  return schema;
}

/** A field of the graph, and what the rules look at. */
interface DeclaringField {
  readonly name: string;
  readonly on: GraphQLObjectType | GraphQLInterfaceType;
  /** Of the root type that has the field, if one has. */
  readonly root: OperationTypeNode | undefined;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly type: GraphQLNamedType;
  readonly isList: boolean;
  /** The node types that it can lead to. */
  readonly nodes: ReadonlySet<NodeType>;
  readonly returnsRoot: boolean;
  /** Whether the type is abstract, and an object of a node type can stand for it. */
  readonly isAnyNode: boolean;
  /** Whether its parent is what a list returns, so that the number of items is known. */
  readonly isOnPage: boolean;
}

function fieldsOf(schema: GraphQLSchema): DeclaringField[] {
  const reachability = new Reachability(schema);
  const rootOf = (type: GraphQLNamedType) =>
    Object.values(OperationTypeNode).find((each) => schema.getRootType(each) === type);
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter((type) => !isIntrospectionType(type))
    .flatMap((on) => Object.values(on.getFields()).map((definition) => ({ on, definition })));
  const pages = new Set(
    fields
      .filter(({ definition }) => costOf(definition)?.kind === 'list')
      .map(({ definition }) => getNamedType(definition.type).name),
  );
  return fields.map(({ on, definition }) => {
    const type = getNamedType(definition.type);
    return {
      name: definition.name,
      on,
      root: rootOf(on),
      definition,
      type,
      isList: isListType(getNullableType(definition.type)),
      nodes: reachability.nodesFrom(type),
      returnsRoot: rootOf(type) !== undefined,
      isAnyNode: isAbstractType(type) && schema.getPossibleTypes(type).some(({ name }) => isNodeType(name)),
      isOnPage: pages.has(on.name),
    };
  });
}

/** Undefined if all is well. */
function problemOf(field: DeclaringField): string | undefined {
  const { root, definition, nodes } = field;
  if (field.returnsRoot) return 'must not return a root type';
  const cost = costOf(definition);
  if (cost !== undefined) {
    return misplaced(cost, field) ?? unscoped(cost, field) ?? unfit(cost, field) ?? differing(cost, field);
  }
  const isRequired = root !== undefined || nodes.size > 0 || 'cost' in definition.extensions;
  return isRequired ? 'must declare its cost, for example cost.inHand: see src/fields/cost.ts' : undefined;
}

const kindsAtRoot: Readonly<Record<OperationTypeNode, readonly FieldCost['kind'][]>> = {
  query: ['list', 'lookUp'],
  mutation: ['write'],
  subscription: ['subscription'],
};
const kindsBelowRoot: readonly FieldCost['kind'][] = ['list', 'lookUp', 'link', 'inHand'];

function misplaced({ kind }: FieldCost, { root, nodes }: DeclaringField): string | undefined {
  // A root field that leads to no object may resolve from what the server has.
  const kinds = root === undefined ? kindsBelowRoot : kindsAtRoot[root];
  const isAllowed = kinds.includes(kind) || (kind === 'inHand' && nodes.size === 0);
  return isAllowed ? undefined : `declares the kind ${kind}, which must be one of ${kinds.join(', ')}`;
}

function unscoped(cost: FieldCost, { root }: DeclaringField): string | undefined {
  return hasScope(cost, root !== undefined) ? undefined : 'must declare its scope: see src/fields/cost.ts';
}

function unfit(cost: FieldCost, field: DeclaringField): string | undefined {
  switch (cost.kind) {
    case 'list':
      return unfitList(cost, field);
    case 'lookUp':
      return unfitLookUp(cost, field);
    case 'link':
      return unfitLink(cost, field);
    case 'write':
      return field.isList ? 'returns a list, but declares one write' : undefined;
    case 'subscription':
      return missingArgument(field, cost.argument);
    case 'inHand':
      return unfitInHand(field);
  }
}

function unfitList({ type, pageSize, runArgument }: ListCost, field: DeclaringField): string | undefined {
  if (!field.nodes.has(type)) return `declares a list of ${type}, but does not lead to one`;
  return (
    unknownPath(type, field) ??
    (pageSize === undefined ? missingArgument(field, 'first') : undefined) ??
    (runArgument === undefined ? undefined : missingArgument(field, runArgument))
  );
}

function unfitLookUp({ type, argument }: LookUpCost, field: DeclaringField): string | undefined {
  if (field.type.name !== type) return `declares a look-up of ${type}, but returns ${field.type.name}`;
  const missing = missingArgument(field, argument);
  if (missing !== undefined) return missing;
  const takesList = field.definition.args.some(
    (each) => each.name === argument && isListType(getNullableType(each.type)),
  );
  if (takesList !== field.isList) return `must return a list if ${argument} is one, and only then`;
  // At the root, the argument holds the whole path.
  return type === 'Node' || field.root !== undefined ? undefined : unknownPath(type, field);
}

function unfitLink({ type, isOwner }: LinkCost, { type: { name }, on, isList }: DeclaringField) {
  if (name !== type) return `declares a link to ${type}, but returns ${name}`;
  if (isList) return 'returns a list, but declares one link';
  const isInPath = !isNodeType(on.name) || lineageOf(on.name).includes(type);
  return isOwner && !isInPath
    ? `declares ${type} as owner, which is not in the path of ${on.name}`
    : undefined;
}

function unfitInHand({ isAnyNode, isOnPage, isList, nodes }: DeclaringField): string | undefined {
  if (isAnyNode) return 'must return a concrete type if it is in hand';
  return isList && nodes.size > 0 && !isOnPage ? 'returns a list of unknown length' : undefined;
}

/** Below a node, a path must start with the IDs of that node. A list at the root has no IDs at all. */
function unknownPath(type: NodeType, { on, root }: DeclaringField): string | undefined {
  if (!isNodeType(on.name) && root === undefined) return undefined;
  const known: readonly NodeType[] = isNodeType(on.name) ? [...lineageOf(on.name), on.name] : [];
  const unknown = lineageOf(type).find((owner) => !known.includes(owner));
  return unknown && `cannot find ${type}: the ${unknown} in its path is unknown`;
}

function missingArgument({ definition }: DeclaringField, name: string): string | undefined {
  return definition.args.some((each) => each.name === name) ? undefined : `has no argument ${name}`;
}

/** A query may select a field on an interface, and is then priced by what the interface declares. */
function differing(cost: FieldCost, { on, name }: DeclaringField): string | undefined {
  const other = on.getInterfaces().find((each) => {
    const same = each.getFields()[name];
    return same !== undefined && JSON.stringify(costOf(same)) !== JSON.stringify(cost);
  });
  return other && `must declare the same cost as ${other.name}.${name}`;
}
