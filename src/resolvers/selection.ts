/** What a query asks of an object, seen before the object is resolved. */
import {
  type FieldNode,
  GraphQLIncludeDirective,
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

/**
 * The extension of a field that a reference answers by itself. On a link it says that the reference knows the ids of
 * the other end, so that the link is free as long as no more than identity is asked there.
 */
export const IDENTITY = 'identity';

const answers = new WeakMap<readonly FieldNode[], Map<string, boolean>>();

/**
 * True where nothing of the object is asked for but what its reference knows: `id`, `restId`, the ids in its path.
 *
 * @param info of the field that resolves to the object, alone or in a list
 */
export function asksOnlyIdentity(info: GraphQLResolveInfo, typeName: string): boolean {
  // Within one execution the siblings of a list share the array of field nodes.
  const byType = answers.get(info.fieldNodes) ?? new Map<string, boolean>();
  answers.set(info.fieldNodes, byType);
  const answer =
    byType.get(typeName) ??
    info.fieldNodes.every((field) => isOnlyIdentity(info, typeName, field.selectionSet));
  byType.set(typeName, answer);
  return answer;
}

function isOnlyIdentity(
  info: GraphQLResolveInfo,
  typeName: string,
  set: SelectionSetNode | undefined,
): boolean {
  const type = info.schema.getType(typeName);
  if (set === undefined || !isObjectType(type)) return true;
  return set.selections.every(
    (selection) => !isIncluded(info, selection) || isIdentity(info, type, selection),
  );
}

function isIdentity(info: GraphQLResolveInfo, type: GraphQLObjectType, selection: SelectionNode): boolean {
  if (selection.kind === Kind.FIELD) {
    if (selection.name.value === '__typename') return true;
    const field = type.getFields()[selection.name.value];
    if (field?.extensions[IDENTITY] !== true) return false;
    return isOnlyIdentity(info, getNamedType(field.type).name, selection.selectionSet);
  }
  const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
  const condition = fragment?.typeCondition?.name.value;
  return !applies(info, type, condition) || isOnlyIdentity(info, type.name, fragment?.selectionSet);
}

function applies(info: GraphQLResolveInfo, type: GraphQLObjectType, condition: string | undefined): boolean {
  if (condition === undefined || condition === type.name) return true;
  const abstract = info.schema.getType(condition);
  return isInterfaceType(abstract) && info.schema.isSubType(abstract, type);
}

function isIncluded(info: GraphQLResolveInfo, selection: SelectionNode): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues);
  return skip?.if !== true && include?.if !== false;
}
