/**
 * What a field of the graph declares about the REST calls it makes, in its `extensions`. Loading, pricing and
 * docs/operations.md read these declarations and no names; required-costs.ts rejects a graph in which one is missing.
 */
import type { GraphQLField } from 'graphql';
import { type ListedType, type NodeType, typeOfResult } from '../loaders/node-types.ts';
import type { OperationName, Operations } from '../rest/operations.ts';
import { isScope, type Scope } from '../scopes.ts';

/** The scope without which a principal may not select the field. */
interface Scoped {
  readonly scope: Scope;
}

/** Reads a page of the objects below the parent, or of all objects at the root. The field takes `first`, or has a page size. */
export interface ListCost extends Scoped {
  readonly kind: 'list';
  readonly type: ListedType;
  /** For a field that reads a page of this size whatever its arguments are. */
  readonly pageSize?: number | undefined;
  /** The argument that selects the messages written by one run. */
  readonly runArgument?: string | undefined;
  /** The writes to the parent whose response tells what is on the page, which makes no call then. */
  readonly knownAfter?: readonly WriteOperation[] | undefined;
}

/** Looks up an object that the client names. `Node` stands for any type: the argument then takes global IDs. */
export interface LookUpCost {
  readonly kind: 'lookUp';
  readonly type: NodeType | 'Node';
  readonly argument: string;
  /** Maximum number of IDs, for an argument that takes a list. */
  readonly max: number;
  /** Undefined for `Node`: then it is that of each ID's type. */
  readonly scope: Scope | undefined;
}

/** Leads from an object to another one, which is read if more than its identity is selected. */
export interface LinkCost extends Scoped {
  readonly kind: 'link';
  readonly type: NodeType;
  /** Whether the other object lies in the path of this one, whose IDs lead to it then. */
  readonly isOwner: boolean;
  /** Whether the other object certainly exists, so that it is read only if a field of its own is selected. */
  readonly exists: boolean;
}

/** A root field of a mutation: sends one REST operation that writes. */
export interface WriteCost extends Scoped {
  readonly kind: 'write';
  readonly operation: WriteOperation;
  /** The type of the object that is written. */
  readonly type: NodeType;
}

/** A root field of a subscription. Its price is that of one event; to start it costs a read of the object. */
export interface SubscriptionCost extends Scoped {
  readonly kind: 'subscription';
  /** The type of the object whose events they are. */
  readonly type: NodeType;
  /** The argument that names the object. */
  readonly argument: string;
}

/** Resolves from what the parent holds, for free: a page's items, a payload's object, the details of a step. */
export interface InHandCost {
  readonly kind: 'inHand';
  /** Undefined below the root: the fields above it have scopes. */
  readonly scope?: Scope | undefined;
}

export type FieldCost = ListCost | LookUpCost | LinkCost | WriteCost | SubscriptionCost | InHandCost;

export type WriteOperation = {
  [Name in OperationName]: Operations[Name]['method'] extends 'GET' ? never : Name;
}[OperationName];

/** For the `extensions` of a field that resolves from the IDs of its object, without reading the object. */
export const identity = { identity: true } as const;

/** Which scopes the objects of a type need. */
const areas: Readonly<Record<NodeType, 'assistants' | 'threads'>> = {
  Assistant: 'assistants',
  AssistantFile: 'assistants',
  Thread: 'threads',
  Message: 'threads',
  MessageFile: 'threads',
  Run: 'threads',
  RunStep: 'threads',
};

export function readScopeOf(type: NodeType): Scope {
  return `${areas[type]}:read`;
}

/** The `extensions` of fields, such as `extensions: cost.list('Message')`. */
export const cost = {
  list: (type: ListedType, options: Pick<ListCost, 'pageSize' | 'runArgument' | 'knownAfter'> = {}) =>
    declare({ kind: 'list', type, scope: readScopeOf(type), ...options }),

  lookUp: (type: LookUpCost['type'], { argument = 'id', max = 1 }: Partial<LookUpCost> = {}) =>
    declare({
      kind: 'lookUp',
      type,
      argument,
      max,
      scope: type === 'Node' ? undefined : readScopeOf(type),
    }),

  link: (type: NodeType) =>
    declare({ kind: 'link', type, scope: readScopeOf(type), isOwner: false, exists: false }),

  /** A link to an object in whose path this one lies. The IDs are known, so it is free while only identity is selected. */
  owner: (type: NodeType, { exists = false }: Partial<LinkCost> = {}) => ({
    ...identity,
    ...declare({ kind: 'link', type, scope: readScopeOf(type), isOwner: true, exists }),
  }),

  write: (operation: WriteOperation) => {
    const type = typeOfResult(operation);
    return declare({ kind: 'write', operation, type, scope: `${areas[type]}:write` });
  },

  subscription: (type: NodeType, { argument = 'id' }: Partial<SubscriptionCost> = {}) =>
    declare({ kind: 'subscription', type, scope: readScopeOf(type), argument }),

  inHand: declare({ kind: 'inHand' }),
};

function declare(declared: FieldCost) {
  return { cost: declared };
}

type Field = Pick<GraphQLField<unknown, unknown>, 'extensions'>;

/** What a field declares. Undefined for a field that makes no call and leads to no object. */
export function costOf({ extensions }: Field): FieldCost | undefined {
  return isCost(extensions.cost) ? extensions.cost : undefined;
}

/** Whether a cost declares which scope its field needs. */
export function hasScope({ kind, scope, ...cost }: FieldCost, isAtRoot: boolean): boolean {
  if (kind === 'inHand' && !isAtRoot) return true;
  return isScope(scope) || ('type' in cost && cost.type === 'Node');
}

export function isIdentity({ extensions }: Field): boolean {
  return extensions.identity === true;
}

const KINDS: ReadonlySet<unknown> = new Set<FieldCost['kind']>([
  'list',
  'lookUp',
  'link',
  'write',
  'subscription',
  'inHand',
]);

function isCost(value: unknown): value is FieldCost {
  return typeof value === 'object' && value !== null && 'kind' in value && KINDS.has(value.kind);
}
