/**
 * What an operation costs in the worst case, before it runs: every page full, every link leading somewhere else, nothing
 * found on the pages that are searched. It follows the rules by which loaders read; docs/loaders.md tells both together.
 */
import {
  type FieldNode,
  type GraphQLField,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isNodeType, type NodeType } from '../loaders/node-types.ts';
import { type ConnectionArguments, requirePage } from './connection.ts';
import { CallCount, type Cost } from './cost.ts';
import { decodeGlobalId } from './global-id.ts';
import { childOf, type Group, linkedFrom, namedBy, pageOf, rootObject, written } from './group.ts';
import {
  IDENTITY,
  type QuerySource,
  type SelectedField,
  selectedFields,
  selectsOnlyIdentity,
} from './selection.ts';

/** Where in the answer a selection stands: at which objects, and how many a page of them holds. */
interface Place {
  readonly group: Group;
  readonly pageSize: number;
}

/** @throws where arguments cannot be read; the execution will say of them what there is to say */
export function priceOf(operation: OperationDefinitionNode, source: QuerySource): Cost {
  return new Pricing(source).price(operation);
}

class Pricing {
  readonly #source: QuerySource;
  readonly #calls = new CallCount();
  /** What a selection at a place was found to hold: fragments may come by many times. */
  readonly #nodes = new Map<SelectionSetNode, Map<string, number>>();

  constructor(source: QuerySource) {
    this.#source = source;
  }

  price({ operation, selectionSet }: OperationDefinitionNode): Cost {
    const root = this.#source.schema.getRootType(operation);
    let nodes = 0;
    if (root) {
      for (const { node } of selectedFields(this.#source, root, selectionSet)) {
        const field = root.getFields()[node.name.value];
        if (field === undefined) continue;
        nodes += operation === 'mutation' ? this.#write(node, field) : this.#rootField(node, field);
      }
    }
    return { calls: this.#calls.total, nodes };
  }

  /** One call; what it answers with needs no reading, and what hangs on it is read by a loader set of its own. */
  #write(node: FieldNode, field: Field): number {
    const key = node.alias?.value ?? node.name.value;
    const type = /(AssistantFile|Assistant|Thread|Message|Run)$/.exec(field.name)?.[1] ?? '';
    if (!isNodeType(type)) return 0;
    const group = written(type, key);
    this.#calls.add(key, 1);
    this.#calls.markRead(group);
    return this.#part({ group, pageSize: 1 }, node, field);
  }

  #rootField(node: FieldNode, field: Field): number {
    const args = getArgumentValues(field, node, this.#source.variableValues);
    switch (field.name) {
      case 'assistant':
      case 'thread':
        return this.#lookUp(
          rootObject(field.name === 'thread' ? 'Thread' : 'Assistant', String(args.id)),
          node,
        );
      case 'assistants':
        return this.#list('Assistant', undefined, args, node, field);
      case 'node':
      case 'nodes':
        return [args.ids ?? args.id]
          .flat()
          .reduce((nodes: number, id) => nodes + this.#global(String(id), node), 0);
      default:
        return 0;
    }
  }

  #global(id: string, node: FieldNode): number {
    const global = decodeGlobalId(id);
    return global === undefined ? 0 : this.#lookUp(namedBy(global), node);
  }

  /** The nodes in one answer to a selection. */
  #visit(set: SelectionSetNode | undefined, on: SelectedField['on'], place: Place): number {
    if (set === undefined) return 0;
    const known = this.#nodes.get(set) ?? new Map<string, number>();
    this.#nodes.set(set, known);
    const key = `${place.group.key} ${place.pageSize}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    let nodes = 0;
    for (const selected of selectedFields(this.#source, on, set)) nodes += this.#field(selected, place);
    known.set(key, nodes);
    return nodes;
  }

  #field({ node, on }: SelectedField, place: Place): number {
    const field = on.getFields()[node.name.value];
    if (field === undefined) return 0;
    const { group } = place;
    const type = getNamedType(field.type).name;
    const args = getArgumentValues(field, node, this.#source.variableValues);
    const isFieldOfObject = isNodeType(on.name);
    const item = type.replace(/Connection$/, '');
    if (item !== type && isNodeType(item)) return this.#list(item, group, args, node, field);
    if (isNodeType(type) && 'id' in args) return this.#lookUp(childOf(group, type, String(args.id)), node);
    if (field.name === 'activeRun') return this.#newestRun(group, node);
    if (isFieldOfObject && field.extensions[IDENTITY] !== true) this.#calls.read(group);
    if (!isNodeType(type)) return this.#part(place, node, field);
    if (type === group.type && !isFieldOfObject) return this.#same(place, node, field);
    return this.#link(group.owners.get(type) ?? linkedFrom(group, type, field.name), node);
  }

  #list(
    type: NodeType,
    parent: Group | undefined,
    args: Record<string, unknown>,
    node: FieldNode,
    field: Field,
  ): number {
    const query = pageQuery(args);
    if (query === undefined) return 0;
    const group = pageOf(type, parent, query, runFilter(type, parent, args));
    this.#calls.add(group.key, parent?.count ?? 1);
    this.#calls.markRead(group);
    return this.#part({ group, pageSize: query.limit }, node, field);
  }

  #newestRun(thread: Group, node: FieldNode): number {
    const run = linkedFrom(thread, 'Run', 'activeRun');
    this.#calls.add(run.key, thread.count);
    this.#calls.markRead(run);
    return this.#object(run, node);
  }

  #lookUp(group: Group, node: FieldNode): number {
    if (selectsOnlyIdentity(this.#source, group.type, node.selectionSet)) this.#calls.read(group);
    return this.#object(group, node);
  }

  #link(group: Group, node: FieldNode): number {
    if (!selectsOnlyIdentity(this.#source, group.type, node.selectionSet)) this.#calls.read(group);
    return this.#object(group, node);
  }

  /** The object that a payload, an edge or a page is about. */
  #same({ group, pageSize }: Place, node: FieldNode, field: Field): number {
    return this.#times(field, pageSize) * this.#object(group, node);
  }

  /** A part of an object, a page or a payload that is no object by itself. */
  #part(place: Place, node: FieldNode, field: Field): number {
    const type = getNamedType(field.type);
    if (!isObjectType(type) && !isInterfaceType(type)) return 0;
    return this.#times(field, place.pageSize) * this.#visit(node.selectionSet, type, place);
  }

  #object(group: Group, node: FieldNode): number {
    const type = this.#source.schema.getType(group.type);
    return isObjectType(type) ? 1 + this.#visit(node.selectionSet, type, { group, pageSize: 1 }) : 0;
  }

  #times(field: Field, pageSize: number): number {
    return isListType(getNullableType(field.type)) ? pageSize : 1;
  }
}

type Field = GraphQLField<unknown, unknown>;

/** Undefined for a page that cannot be: nothing will be asked for it. */
function pageQuery(args: ConnectionArguments): { limit: number } | undefined {
  try {
    return requirePage(args).query;
  } catch {
    return undefined;
  }
}

/** The run whose messages alone are listed, if so. */
function runFilter(
  type: NodeType,
  parent: Group | undefined,
  args: Record<string, unknown>,
): Group | undefined {
  if (type !== 'Message' || parent === undefined) return undefined;
  if (parent.type === 'Run') return parent;
  return typeof args.runId === 'string' ? childOf(parent, 'Run', args.runId) : undefined;
}
