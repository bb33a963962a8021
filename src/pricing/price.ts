/**
 * What an operation costs in the worst case, calculated before it runs: every page is full, every link leads to a different
 * object, and a search on pages finds nothing. It follows the rules of the loaders; docs/loaders.md explains both.
 */
import {
  type GraphQLCompositeType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  type OperationDefinitionNode,
} from 'graphql';
import { badUserInput, codedError } from '../errors.ts';
import type { LinkCost, ListCost, LookUpCost, SubscriptionCost, WriteCost } from '../fields/cost.ts';
import type { OperationSource } from '../fields/operation-source.ts';
import type { QuerySource, Selections } from '../fields/selected-fields.ts';
import { isInThread, isNodeType, lineageOf } from '../loaders/node-types.ts';
import { MAX_ID_LENGTH } from '../resolvers/global-id.ts';
import { maxCallsOf } from '../resolvers/page.ts';
import { type ConnectionArguments, type PageRequest, requirePage } from '../resolvers/page-request.ts';
import { CallCount, type Cost, type PriceLimits } from './cost.ts';
import { type Group, Groups, written } from './group.ts';
import { type Arguments, needsObject, type PricedField, SelectionReader } from './selection-reader.ts';

/**
 * Prices a valid operation; of a subscription, one event. Arguments that cannot be read cost nothing: execution reports
 * them.
 *
 * @param limits `calls` is also the maximum number of IDs to look up, whether they are repeated, invalid or neither: each takes time
 * @throws BAD_USER_INPUT naming the argument for more IDs than a field accepts; QUERY_TOO_EXPENSIVE for too many
 */
export function priceOf(source: OperationSource, { calls: maxIds, checksOwners = false }: PriceLimits): Cost {
  return new Pricing(source, maxIds, checksOwners).price(source.operation);
}

/**
 * Maximum number of fields that lead to objects, each counted once below every ID and every list, which takes some 15 ms.
 * Fragments that spread each other can meet in any number of combinations.
 */
const MAX_PLACES = 10_000;

/** Where a selection stands. */
interface Place {
  /** The objects that it is about. Undefined at the root. */
  readonly group: Group | undefined;
  /** The number of items in a list of them. */
  readonly pageSize: number;
  /** Whether it is an event about the objects, rather than a page or a payload that holds them. */
  readonly isEvent?: boolean;
}

/** A field in its place. */
interface Visit extends PricedField {
  readonly place: Place;
  readonly args: Arguments;
}

/** Each method adds to the calls, and returns the number of nodes in the response. */
class Pricing {
  readonly #source: QuerySource;
  readonly #reader: SelectionReader;
  readonly #groups = new Groups();
  readonly #calls: CallCount;
  /** The nodes of selections counted before: the same fragments can be spread in many places. */
  readonly #known = new Map<string, number>();
  readonly #maxIds: number;
  #ids = 0;
  #places = 0;

  constructor(source: QuerySource, maxIds: number, checksOwners: boolean) {
    this.#source = source;
    this.#calls = new CallCount(checksOwners);
    this.#maxIds = maxIds;
    this.#reader = new SelectionReader(source, (places) => this.#look(places));
  }

  price({ operation, selectionSet }: OperationDefinitionNode): Cost {
    const root = this.#source.schema.getRootType(operation);
    const place = { group: undefined, pageSize: 1 };
    const nodes = root ? this.#selections([selectionSet], root, place) : 0;
    return { calls: this.#calls.total, nodes };
  }

  #selections(sets: Selections, on: GraphQLCompositeType, place: Place): number {
    const key = `${on.name} ${this.#reader.nameOf(sets)} ${place.pageSize} ${place.isEvent} ${place.group?.key}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { fields, readsObject } = this.#reader.plan(on, sets);
    this.#look(fields.length + 1);
    if (readsObject && place.group !== undefined) this.#calls.read(place.group);
    const nodes = fields.reduce((sum, field) => sum + this.#field(field, place), 0);
    this.#known.set(key, nodes);
    return nodes;
  }

  #look(places: number): void {
    this.#places += places;
    if (this.#places > MAX_PLACES) throw tooManyPlaces();
  }

  #field(priced: PricedField, place: Place): number {
    const args = this.#reader.argumentsOf(priced);
    if (args === undefined) return 0;
    const { selected, field, cost } = priced;
    const visit: Visit = { selected, field, cost, place, args };
    switch (cost?.kind) {
      case 'list':
        return this.#list(cost, visit);
      case 'lookUp':
        return this.#lookUp(cost, visit);
      case 'link':
        return this.#link(cost, visit);
      case 'write':
        return this.#write(cost, visit);
      case 'subscription':
        return this.#event(cost, visit);
      case 'inHand':
        return this.#inHand(visit);
      case undefined:
        return 0;
    }
  }

  #list({ type, pageSize, runArgument, knownAfter = [] }: ListCost, visit: Visit): number {
    const request = pageRequest(pageSize === undefined ? visit.args : { first: pageSize });
    if (request === undefined || request.query.limit === 0) return 0;
    const parents = visit.place.group;
    const run = this.#groups.runOfPage(type, parents, runArgument && visit.args[runArgument]);
    const group = this.#groups.pageOf(type, parents, { ...request.query, after: request.start?.text }, run);
    const isKnown = parents?.write !== undefined && knownAfter.includes(parents.write);
    if (!isKnown) {
      this.#calls.add(group.key, (parents?.count ?? 1) * maxCallsOf(type, request));
      if (parents !== undefined) this.#calls.checkOwner(parents);
    }
    this.#calls.markRead(group);
    return this.#value({ group, pageSize: request.query.limit }, visit);
  }

  #lookUp({ type, argument, max }: LookUpCost, { args, place, selected: { sets } }: Visit): number {
    const ids: unknown[] = [args[argument] ?? []].flat();
    if (ids.length > max) throw badUserInput(argument, `must contain at most ${max} IDs`);
    this.#ids += ids.length;
    if (this.#ids > this.#maxIds) throw tooManyIds(this.#maxIds);
    return ids.map(String).reduce((nodes, id) => {
      const group = this.#groups.lookedUp(type, id, place.group);
      if (group === undefined) return nodes;
      // Even if its children start without it: after a 404 below, the object itself is read.
      this.#calls.read(group);
      return nodes + this.#objects(group, sets);
    }, 0);
  }

  #link({ type, isOwner, exists }: LinkCost, visit: Visit): number {
    const { sets } = visit.selected;
    const from = visit.place.group;
    if (from === undefined) return 0;
    this.#readParent(visit);
    // The run of a message that was found by its run is known too, although it is not in the path.
    const isKnown = isOwner || !lineageOf(from.type).includes(type);
    const group = (isKnown && from.owners.get(type)) || this.#groups.linkedFrom(from, type, visit.field.name);
    const isRead = exists
      ? this.#reader.selectsOwnFields(type, sets)
      : !this.#reader.selectsOnlyIdentity(type, sets);
    if (isRead) this.#calls.read(group);
    return this.#objects(group, sets);
  }

  /** One call. The object that it returns needs no read; what is below is read by loaders of its own. */
  #write({ type, operation }: WriteCost, visit: Visit): number {
    const { node } = visit.selected;
    const responseName = (node.alias ?? node.name).value;
    const group = written(type, responseName, operation);
    this.#calls.add(responseName, 1);
    if (isInThread(operation)) this.#calls.checkOwnerOfWrite(responseName);
    this.#calls.markRead(group);
    return this.#value({ group, pageSize: 1 }, visit);
  }

  #event({ type, argument }: SubscriptionCost, visit: Visit): number {
    const id = String(visit.args[argument]);
    if (id.length > MAX_ID_LENGTH) return 0;
    const group = this.#groups.named(type, id);
    // An event has other objects in hand than the one it is about, unless it is that object itself.
    const isEvent = getNamedType(visit.field.type).name !== type;
    if (!isEvent) this.#calls.markRead(group);
    return this.#value({ group, pageSize: 1, isEvent }, visit);
  }

  #inHand(visit: Visit): number {
    const { field, place } = visit;
    const { name } = getNamedType(field.type);
    this.#readParent(visit);
    if (place.group === undefined) return 0;
    const isSame = name === place.group.type && !isNodeType(visit.selected.on.name) && !place.isEvent;
    if (isSame || !isNodeType(name)) return this.#value(place, visit);
    const group = this.#groups.linkedFrom(place.group, name, field.name);
    this.#calls.markRead(group);
    return this.#value({ group, pageSize: 1 }, visit);
  }

  #readParent({ place: { group }, ...field }: Visit): void {
    if (group !== undefined && needsObject(field)) this.#calls.read(group);
  }

  /** What a field returns: objects of the group, or a page, a payload, a part or an event that leads to them. */
  #value(place: Place, { field, selected: { sets } }: Visit): number {
    const type = getNamedType(field.type);
    const count = isListType(getNullableType(field.type)) ? place.pageSize : 1;
    if (place.group !== undefined && type.name === place.group.type) {
      return count * this.#objects(place.group, sets);
    }
    return isCompositeType(type) ? count * this.#selections(sets, type, place) : 0;
  }

  #objects(group: Group, sets: Selections): number {
    const type = this.#source.schema.getType(group.type);
    return isCompositeType(type) ? 1 + this.#selections(sets, type, { group, pageSize: 1 }) : 0;
  }
}

function tooManyPlaces() {
  const message = `This operation selects fields in more than ${MAX_PLACES} places: request fewer objects or fields`;
  return codedError('QUERY_TOO_EXPENSIVE', message, { limits: { places: MAX_PLACES } });
}

function tooManyIds(max: number) {
  const message = `This operation looks up more than ${max} IDs: request fewer at a time`;
  return codedError('QUERY_TOO_EXPENSIVE', message, { limits: { ids: max } });
}

/** Undefined for invalid paging arguments: nothing will be read for them. */
function pageRequest(args: ConnectionArguments): PageRequest | undefined {
  try {
    return requirePage(args);
  } catch {
    return undefined;
  }
}
