/** Which scopes an operation needs, calculated before it runs from what its fields declare. */
import {
  type FieldNode,
  type GraphQLCompositeType,
  getArgumentValues,
  getNamedType,
  isCompositeType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { costOf, readScopeOf } from '../fields/cost.ts';
import type { OperationSource } from '../fields/operation-source.ts';
import { fieldOf, isIncluded, narrow, type QuerySource } from '../fields/selected-fields.ts';
import type { NodeType } from '../loaders/node-types.ts';
import { decodeGlobalId } from '../resolvers/global-id.ts';
import type { Scope } from '../scopes.ts';

/** @returns each scope that an operation needs, with the first field that needs it, such as `Run.assistant` */
export function neededScopes({ operation, ...source }: OperationSource): ReadonlyMap<Scope, string> {
  const search = new ScopeSearch(source);
  const root = source.schema.getRootType(operation.operation);
  if (root) search.visit(root, operation.selectionSet);
  return search.needed;
}

class ScopeSearch {
  readonly needed = new Map<Scope, string>();
  readonly #source: QuerySource;
  /** The types on which a selection was visited: the same fragments can be spread in many places. */
  readonly #visited = new Map<SelectionSetNode, Set<GraphQLCompositeType>>();

  constructor(source: QuerySource) {
    this.#source = source;
  }

  visit(type: GraphQLCompositeType, set: SelectionSetNode): void {
    const types = this.#visited.get(set) ?? new Set();
    if (types.has(type)) return;
    this.#visited.set(set, types.add(type));
    for (const selection of set.selections) {
      if (!isIncluded(this.#source, selection)) continue;
      if (selection.kind === Kind.FIELD) {
        this.#field(type, selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? this.#source.fragments[selection.name.value] : selection;
      const narrowed = narrow(this.#source, type, fragment?.typeCondition?.name.value);
      if (fragment !== undefined && narrowed !== undefined) this.visit(narrowed, fragment.selectionSet);
    }
  }

  #field(on: GraphQLCompositeType, node: FieldNode): void {
    const field = fieldOf(on, node);
    if (field === undefined) return;
    const cost = costOf(field);
    const name = `${on.name}.${field.name}`;
    if (cost?.kind === 'lookUp' && cost.type === 'Node') {
      for (const type of this.#typesOf(node, field, cost.argument)) {
        this.#need(readScopeOf(type), name);
        this.#below(this.#source.schema.getType(type), node);
      }
      return;
    }
    if (cost?.scope !== undefined) this.#need(cost.scope, name);
    this.#below(getNamedType(field.type), node);
  }

  #need(scope: Scope, field: string): void {
    if (!this.needed.has(scope)) this.needed.set(scope, field);
  }

  #below(type: unknown, { selectionSet }: FieldNode): void {
    if (isCompositeType(type) && selectionSet !== undefined) this.visit(type, selectionSet);
  }

  /** The types of the objects that the global IDs in an argument name. Execution reports arguments that cannot be read. */
  #typesOf(
    node: FieldNode,
    field: Parameters<typeof getArgumentValues>[0],
    argument: string,
  ): ReadonlySet<NodeType> {
    try {
      const { [argument]: ids } = getArgumentValues(field, node, this.#source.variableValues);
      return new Set([ids].flat().flatMap((id) => decodeGlobalId(String(id))?.type ?? []));
    } catch {
      return new Set();
    }
  }
}
