/** The fields that a query selects, with its fragments opened. */
import {
  doTypesOverlap,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What is needed to read a selection. */
export type QuerySource = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;

/** Selection sets that apply to the same object. */
export type Selections = readonly SelectionSetNode[];

export interface SelectedField {
  /** The first of the nodes with this response name. The others have the same name and arguments. */
  readonly node: FieldNode;
  readonly nodes: readonly FieldNode[];
  /** The type that has the field. If the object is of an abstract type: the type that a fragment narrows it to. */
  readonly on: GraphQLCompositeType;
  /** The selections of all nodes with this response name. */
  readonly sets: Selections;
}

/** Fields that are kept in all, some 20 MB. */
const MAX_KNOWN = 100_000;

/** What a selection set of a document selects by itself, if no variable decides about it. */
let known = new WeakMap<SelectionSetNode, Map<GraphQLCompositeType, readonly SelectedField[]>>();
let knownFields = 0;

/**
 * The fields that `sets` select on an object of `type`. Fields with the same response name are merged. For a single set without
 * directives, it is the same array for each execution of its document.
 */
export function selectedFields(
  source: QuerySource,
  type: GraphQLCompositeType,
  sets: Selections,
): readonly SelectedField[] {
  const [only, ...others] = sets;
  const kept = only && others.length === 0 ? known.get(only)?.get(type) : undefined;
  if (kept !== undefined) return kept;
  const found: Found = { fields: new Map(), opened: new Set(), isFixed: true };
  for (const set of sets) collect(source, type, set, found);
  const fields = [...found.fields.values()];
  if (only && others.length === 0 && found.isFixed) keep(only, type, fields);
  return fields;
}

function keep(set: SelectionSetNode, type: GraphQLCompositeType, fields: readonly SelectedField[]): void {
  knownFields += fields.length + 1;
  if (knownFields > MAX_KNOWN) {
    known = new WeakMap();
    knownFields = 0;
  }
  const byType = known.get(set) ?? new Map<GraphQLCompositeType, readonly SelectedField[]>();
  known.set(set, byType.set(type, fields));
}

/** Undefined for `__typename`. */
export function fieldOf(
  type: GraphQLCompositeType,
  { name }: FieldNode,
): GraphQLField<unknown, unknown> | undefined {
  return isUnionType(type) ? undefined : type.getFields()[name.value];
}

interface Found {
  readonly fields: Map<
    string,
    SelectedField & { readonly nodes: FieldNode[]; readonly sets: SelectionSetNode[] }
  >;
  /** Fragment spreads, each of which is opened once for a type. */
  readonly opened: Set<string>;
  /** Whether the same is selected whatever the variables are. */
  isFixed: boolean;
}

function collect(source: QuerySource, type: GraphQLCompositeType, set: SelectionSetNode, found: Found): void {
  for (const selection of set.selections) {
    if (selection.directives !== undefined && selection.directives.length > 0) {
      found.isFixed = false;
      if (!isIncluded(source, selection)) continue;
    }
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

function addField(node: FieldNode, on: GraphQLCompositeType, { fields }: Found): void {
  const key = `${on.name} ${(node.alias ?? node.name).value}`;
  const field = fields.get(key) ?? { node, nodes: [], on, sets: [] };
  fields.set(key, field);
  field.nodes.push(node);
  if (node.selectionSet !== undefined) field.sets.push(node.selectionSet);
}

/** Undefined if no object of `type` can match the type condition. */
export function narrow({ schema }: QuerySource, type: GraphQLCompositeType, condition: string | undefined) {
  if (condition === undefined) return type;
  const narrowed = schema.getType(condition);
  if (!isCompositeType(narrowed) || !doTypesOverlap(schema, type, narrowed)) return undefined;
  return isObjectType(type) ? type : narrowed;
}

/** Whether the directives of a selection let it be executed. */
export function isIncluded({ variableValues }: QuerySource, selection: SelectionNode): boolean {
  if (selection.directives === undefined || selection.directives.length === 0) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variableValues);
  return skip?.if !== true && include?.if !== false;
}
