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

/** What it takes to read a selection. */
export type QuerySource = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;

export interface SelectedField {
  readonly node: FieldNode;
  /** The type that has the field: where the object may be of several types, the one that the query narrows it to. */
  readonly on: GraphQLObjectType | GraphQLInterfaceType;
}

/** The fields that a selection takes from an object of `type`, fragments opened, a named one only once. */
export function* selectedFields(
  source: QuerySource,
  type: GraphQLObjectType | GraphQLInterfaceType,
  set: SelectionSetNode | undefined,
  opened = new Set<string>(),
): Generator<SelectedField> {
  for (const selection of set?.selections ?? []) {
    if (!isIncluded(source, selection)) continue;
    if (selection.kind === Kind.FIELD) {
      yield { node: selection, on: type };
      continue;
    }
    const name = selection.kind === Kind.FRAGMENT_SPREAD ? selection.name.value : undefined;
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? source.fragments[selection.name.value] : selection;
    const narrowed = narrow(source, type, fragment?.typeCondition?.name.value);
    if (narrowed === undefined || opened.has(`${narrowed.name} ${name}`)) continue;
    if (name !== undefined) opened.add(`${narrowed.name} ${name}`);
    yield* selectedFields(source, narrowed, fragment?.selectionSet, opened);
  }
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
export const asksOnlyIdentity = onceForSiblings((info, typeName) =>
  info.fieldNodes.every((field) => selectsOnlyIdentity(info, typeName, field.selectionSet)),
);

/** True where something is asked for that can be read beside the object, since its ids alone lead there. */
export const asksBeside = onceForSiblings((info, typeName) =>
  info.fieldNodes.some((field) => selectsBeside(info, typeName, field.selectionSet)),
);

function onceForSiblings(ask: (info: GraphQLResolveInfo, typeName: string) => boolean) {
  const answers = new WeakMap<readonly FieldNode[], Map<string, boolean>>();
  return (info: GraphQLResolveInfo, typeName: string): boolean => {
    // Within one execution the siblings of a list share the array of field nodes.
    const byType = answers.get(info.fieldNodes) ?? new Map<string, boolean>();
    answers.set(info.fieldNodes, byType);
    const answer = byType.get(typeName) ?? ask(info, typeName);
    byType.set(typeName, answer);
    return answer;
  };
}

function selectsBeside(source: QuerySource, typeName: string, set: SelectionSetNode | undefined): boolean {
  const type = source.schema.getType(typeName);
  if (!isObjectType(type)) return false;
  for (const { node } of selectedFields(source, type, set)) {
    const field = type.getFields()[node.name.value];
    // What belongs to an object is found by arguments; the newest run of a thread needs none.
    if (field && (field.args.length > 0 || field.name === 'activeRun')) return true;
    const isOwnLink = field?.extensions[IDENTITY] === true && node.selectionSet !== undefined;
    if (isOwnLink && !selectsOnlyIdentity(source, getNamedType(field.type).name, node.selectionSet))
      return true;
  }
  return false;
}

/** The same of one selection. */
export function selectsOnlyIdentity(
  source: QuerySource,
  typeName: string,
  set: SelectionSetNode | undefined,
): boolean {
  const type = source.schema.getType(typeName);
  if (!isObjectType(type)) return true;
  for (const { node } of selectedFields(source, type, set)) {
    if (node.name.value === '__typename') continue;
    const field = type.getFields()[node.name.value];
    if (field?.extensions[IDENTITY] !== true) return false;
    if (!selectsOnlyIdentity(source, getNamedType(field.type).name, node.selectionSet)) return false;
  }
  return true;
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
