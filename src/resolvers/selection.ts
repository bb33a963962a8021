/** What a query asks of an object, seen before the object is resolved. */
import {
  doTypesOverlap,
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isNodeType, lineageOf, type NodeType } from '../loaders/node-types.ts';

/** What it takes to read a selection. */
export type QuerySource = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;

export interface SelectedField {
  /** The first of the fields that have this place in the answer; the others have the same name and arguments. */
  readonly node: FieldNode;
  /** The type that has the field: where the object may be of several types, the one that the query narrows it to. */
  readonly on: GraphQLObjectType | GraphQLInterfaceType;
  /** What all of them together select below. */
  readonly sets: readonly SelectionSetNode[];
}

/** The fields that selections take together from an object of `type`: fragments opened, what has one place merged. */
export function selectedFields(
  source: QuerySource,
  type: GraphQLObjectType | GraphQLInterfaceType,
  sets: readonly SelectionSetNode[],
): SelectedField[] {
  const found: Found = { fields: new Map(), opened: new Set() };
  for (const set of sets) collect(source, type, set, found);
  return [...found.fields.values()];
}

interface Found {
  readonly fields: Map<string, SelectedField & { readonly sets: SelectionSetNode[] }>;
  /** The named fragments that were opened, each only once for a type. */
  readonly opened: Set<string>;
}

function collect(source: QuerySource, type: SelectedField['on'], set: SelectionSetNode, found: Found): void {
  for (const selection of set.selections) {
    if (!isIncluded(source, selection)) continue;
    if (selection.kind === Kind.FIELD) {
      addField(selection, type, found);
      continue;
    }
    const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
    const fragment = isSpread ? source.fragments[selection.name.value] : selection;
    const narrowed = narrow(source, type, fragment?.typeCondition?.name.value);
    if (fragment === undefined || narrowed === undefined) continue;
    if (isSpread) {
      const key = `${narrowed.name} ${selection.name.value}`;
      if (found.opened.has(key)) continue;
      found.opened.add(key);
    }
    collect(source, narrowed, fragment.selectionSet, found);
  }
}

function addField(node: FieldNode, on: SelectedField['on'], { fields }: Found): void {
  const key = `${on.name} ${(node.alias ?? node.name).value}`;
  const field = fields.get(key) ?? { node, on, sets: [] };
  fields.set(key, field);
  if (node.selectionSet !== undefined) field.sets.push(node.selectionSet);
}

/**
 * The extension of a field that a reference answers by itself. On a link it says that the reference knows the ids of
 * the other end, so that the link is free as long as no more than identity is asked there.
 */
export const IDENTITY = 'identity';

/**
 * True where nothing of the object is asked for but what its reference knows: `id`, `restId`, the ids in its path.
 *
 * @param info of the field that resolves to the object, alone or in a list
 */
export const asksOnlyIdentity = onceForSiblings(selectsOnlyIdentity);

/** True where an object that the client named need not be waited for: see {@link selectsBeside}. */
export const asksBeside = onceForSiblings(selectsBeside);

type Ask = (source: QuerySource, typeName: string, sets: readonly SelectionSetNode[]) => boolean;

function onceForSiblings(ask: Ask) {
  const answers = new WeakMap<readonly FieldNode[], Map<string, boolean>>();
  return (info: GraphQLResolveInfo, typeName: string): boolean => {
    // Within one execution the siblings of a list share the array of field nodes.
    const byType = answers.get(info.fieldNodes) ?? new Map<string, boolean>();
    answers.set(info.fieldNodes, byType);
    const answer = byType.get(typeName) ?? ask(info, typeName, selectionsBelow(info));
    byType.set(typeName, answer);
    return answer;
  };
}

function selectionsBelow({ fieldNodes }: GraphQLResolveInfo): SelectionSetNode[] {
  return fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}

/**
 * True where something is asked of an object that its ids alone lead to, and where that or something else tells whether
 * the object is there: a call for what lies below it, or one for itself. A thread above says nothing of a message, and
 * neither does the list of a run's messages, which is a thread's and merely empty where there is no such run.
 */
export function selectsBeside(
  source: QuerySource,
  typeName: string,
  sets: readonly SelectionSetNode[],
): boolean {
  const type = source.schema.getType(typeName);
  if (!isObjectType(type) || !isNodeType(type.name)) return false;
  let isBeside = false;
  let isOwn = false;
  for (const selected of selectedFields(source, type, sets)) {
    const field = type.getFields()[selected.node.name.value];
    if (field === undefined) continue;
    const target = getNamedType(field.type).name;
    if (isBelow(target.replace(/Connection$/, ''), type.name)) return true;
    if (field.args.length > 0) isBeside = true;
    else if (field.extensions[IDENTITY] !== true) isOwn = true;
    else if (!selectsOnlyIdentity(source, target, selected.sets)) isBeside = true;
  }
  return isBeside && isOwn;
}

function isBelow(target: string, owner: NodeType): boolean {
  return isNodeType(target) && lineageOf(target).includes(owner);
}

/** What {@link asksOnlyIdentity} asks of a field, asked of selections. */
export function selectsOnlyIdentity(
  source: QuerySource,
  typeName: string,
  sets: readonly SelectionSetNode[],
): boolean {
  const type = source.schema.getType(typeName);
  if (!isObjectType(type)) return true;
  return selectedFields(source, type, sets).every(({ node, sets: below }) => {
    const field = type.getFields()[node.name.value];
    if (field === undefined) return node.name.value === '__typename';
    return (
      field.extensions[IDENTITY] === true && selectsOnlyIdentity(source, getNamedType(field.type).name, below)
    );
  });
}

/** Undefined where no object of `type` can meet the condition. */
function narrow({ schema }: QuerySource, type: SelectedField['on'], condition: string | undefined) {
  if (condition === undefined) return type;
  const narrowed = schema.getType(condition);
  if (!isObjectType(narrowed) && !isInterfaceType(narrowed)) return undefined;
  if (!doTypesOverlap(schema, type, narrowed)) return undefined;
  return isObjectType(type) ? type : narrowed;
}

function isIncluded({ variableValues }: QuerySource, selection: SelectionNode): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variableValues);
  return skip?.if !== true && include?.if !== false;
}
