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
} from 'graphql';
import { isNodeType, type NodeType } from '../loaders/node-types.ts';
import { type ConnectionArguments, requirePage } from '../resolvers/connection.ts';
import { decodeGlobalId } from '../resolvers/global-id.ts';
import { MAX_NODE_IDS } from '../resolvers/node.ts';
import { IDENTITY, type QuerySource, type SelectedField } from '../resolvers/selection.ts';
import { CallCount, type Cost } from './cost.ts';
import { childOf, type Group, linkedFrom, namedBy, pageOf, rootObject, written } from './group.ts';
import { SelectionReader, type Selections } from './selection-reader.ts';

/** Where in the answer a selection stands: at which objects, and how many a page of them holds. */
interface Place {
  readonly group: Group;
  readonly pageSize: number;
}

/** Prices an operation that is valid. Of arguments that cannot be read the execution will say what there is to say. */
export function priceOf(operation: OperationDefinitionNode, source: QuerySource): Cost {
  return new Pricing(source).price(operation);
}

/** Fragments that open each other can meet in more ways than there is time to count. */
const MAX_MERGED_FRAGMENTS = 500;

class Pricing {
  readonly #source: QuerySource;
  readonly #reader: SelectionReader;
  readonly #calls = new CallCount();
  /** What selections at a place were found to hold: fragments may come by many times. */
  readonly #nodes = new Map<string, number>();

  constructor(source: QuerySource) {
    this.#source = source;
    this.#reader = new SelectionReader(source);
  }

  price({ operation, selectionSet }: OperationDefinitionNode): Cost {
    const root = this.#source.schema.getRootType(operation);
    let nodes = 0;
    for (const selected of root ? this.#reader.fields(root, [selectionSet]) : []) {
      const field = root?.getFields()[selected.node.name.value];
      if (field === undefined) continue;
      nodes += operation === 'mutation' ? this.#write(selected, field) : this.#rootField(selected, field);
    }
    return { calls: this.#calls.total, nodes };
  }

  /** One call; what it answers with needs no reading, and what hangs on it is read by a loader set of its own. */
  #write({ node, sets }: SelectedField, field: Field): number {
    const key = (node.alias ?? node.name).value;
    const type = /(AssistantFile|Assistant|Thread|Message|Run)$/.exec(field.name)?.[1] ?? '';
    if (!isNodeType(type)) return 0;
    const group = written(type, key);
    this.#calls.add(key, 1);
    this.#calls.markRead(group);
    return this.#part({ group, pageSize: 1 }, sets, field);
  }

  #rootField({ node, sets }: SelectedField, field: Field): number {
    const args = this.#argumentsOf(node, field);
    if (args === undefined) return 0;
    switch (field.name) {
      case 'assistant':
        return this.#lookUp(rootObject('Assistant', String(args.id)), sets);
      case 'thread':
        return this.#lookUp(rootObject('Thread', String(args.id)), sets);
      case 'assistants':
        return this.#list('Assistant', undefined, args, sets, field);
      case 'node':
      case 'nodes':
        return this.#globals([args.ids ?? args.id].flat().map(String), sets);
      default:
        return 0;
    }
  }

  /** More of them than are allowed are refused before anything is asked, and may be very many. */
  #globals(ids: readonly string[], sets: Selections): number {
    if (ids.length > MAX_NODE_IDS) return 0;
    return ids.reduce((nodes, id) => {
      const global = decodeGlobalId(id);
      return global === undefined ? nodes : nodes + this.#lookUp(namedBy(global), sets);
    }, 0);
  }

  /** Undefined where they cannot be read: then the field will not be resolved. */
  #argumentsOf(node: FieldNode, field: Field): Record<string, unknown> | undefined {
    try {
      return getArgumentValues(field, node, this.#source.variableValues);
    } catch {
      return undefined;
    }
  }

  /** The nodes in one answer to selections; where too many meet, each is counted for itself, which is never less. */
  #visit(sets: Selections, on: SelectedField['on'], place: Place): number {
    if (sets.length > 1 && this.#reader.count > MAX_MERGED_FRAGMENTS) {
      return sets.reduce((sum, set) => sum + this.#visit([set], on, place), 0);
    }
    const key = `${on.name} ${this.#reader.nameOf(sets)} ${place.pageSize} ${place.group.key}`;
    const before = this.#nodes.get(key);
    if (before !== undefined) return before;
    const fields = this.#reader.fields(on, sets);
    const nodes = fields.reduce((sum, selected) => sum + this.#field(selected, place), 0);
    this.#nodes.set(key, nodes);
    return nodes;
  }

  #field({ node, on, sets }: SelectedField, place: Place): number {
    const field = on.getFields()[node.name.value];
    const args = field && this.#argumentsOf(node, field);
    if (args === undefined || field === undefined) return 0;
    const { group } = place;
    const type = getNamedType(field.type).name;
    const isFieldOfObject = isNodeType(on.name);
    const item = type.replace(/Connection$/, '');
    if (item !== type && isNodeType(item)) return this.#list(item, group, args, sets, field);
    if (isNodeType(type) && 'id' in args) return this.#lookUp(childOf(group, type, String(args.id)), sets);
    if (field.name === 'activeRun') return this.#newestRun(group, sets);
    if (isFieldOfObject && field.extensions[IDENTITY] !== true) this.#calls.read(group);
    if (!isNodeType(type)) return this.#part(place, sets, field);
    if (type === group.type && !isFieldOfObject) return this.#same(place, sets, field);
    return this.#link(group.owners.get(type) ?? linkedFrom(group, type, field.name), sets);
  }

  #list(
    type: NodeType,
    parent: Group | undefined,
    args: Record<string, unknown>,
    sets: Selections,
    field: Field,
  ): number {
    const query = pageQuery(args);
    if (query === undefined) return 0;
    const group = pageOf(type, parent, query, runFilter(type, parent, args));
    this.#calls.add(group.key, parent?.count ?? 1);
    this.#calls.markRead(group);
    return this.#part({ group, pageSize: query.limit }, sets, field);
  }

  #newestRun(thread: Group, sets: Selections): number {
    const run = linkedFrom(thread, 'Run', 'activeRun');
    this.#calls.add(run.key, thread.count);
    this.#calls.markRead(run);
    return this.#object(run, sets);
  }

  #lookUp(group: Group, sets: Selections): number {
    // Even where only child objects are selected, a 404 below makes the object itself be read.
    this.#calls.read(group);
    return this.#object(group, sets);
  }

  #link(group: Group, sets: Selections): number {
    if (!this.#reader.says('selectsOnlyIdentity', group.type, sets)) this.#calls.read(group);
    return this.#object(group, sets);
  }

  /** The object that a payload, an edge or a page is about. */
  #same({ group, pageSize }: Place, sets: Selections, field: Field): number {
    return this.#times(field, pageSize) * this.#object(group, sets);
  }

  /** A part of an object, a page or a payload that is no object by itself. */
  #part(place: Place, sets: Selections, field: Field): number {
    const type = getNamedType(field.type);
    if (!isObjectType(type) && !isInterfaceType(type)) return 0;
    return this.#times(field, place.pageSize) * this.#visit(sets, type, place);
  }

  #object(group: Group, sets: Selections): number {
    const type = this.#source.schema.getType(group.type);
    return isObjectType(type) ? 1 + this.#visit(sets, type, { group, pageSize: 1 }) : 0;
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
