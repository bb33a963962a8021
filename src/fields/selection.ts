/** What a query needs of an object, known before the object is resolved. */
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  isCompositeType,
  isObjectType,
} from 'graphql';
import { isNodeType, lineageOf, type NodeType } from '../loaders/node-types.ts';
import { costOf, isIdentity } from './cost.ts';
import { fieldOf, type QuerySource, type Selections, selectedFields } from './selected-fields.ts';

/** A question about what `sets` select on an object of a type. */
type Rule<Answer> = (source: QuerySource, typeName: string, sets: Selections) => Answer;

/**
 * Whether nothing is selected beyond what the object's IDs answer: `id`, `restId`, the objects in its path, and lists of which
 * no items are requested.
 */
export function selectsOnlyIdentity(source: QuerySource, typeName: string, sets: Selections): boolean {
  const type = source.schema.getType(typeName);
  if (!isObjectType(type)) return true;
  return selectedFields(source, type, sets).every(({ node, sets: below }) => {
    const field = fieldOf(type, node);
    if (field === undefined || isEmptyPage(source, node, field)) return true;
    return isIdentity(field) && selectsOnlyIdentity(source, getNamedType(field.type).name, below);
  });
}

/** Whether no items of a list are requested, which makes no call. */
function isEmptyPage(source: QuerySource, node: FieldNode, field: GraphQLField<unknown, unknown>): boolean {
  const cost = costOf(field);
  if (cost?.kind !== 'list' || cost.pageSize !== undefined) return false;
  try {
    const { first, last } = getArgumentValues(field, node, source.variableValues);
    return first === 0 || last === 0;
  } catch {
    // Execution reports it.
    return false;
  }
}

/** Whether a field is selected that needs the object itself. */
export function selectsOwnFields(source: QuerySource, typeName: string, sets: Selections): boolean {
  const type = source.schema.getType(typeName);
  if (!isObjectType(type)) return false;
  return selectedFields(source, type, sets).some(({ node }) => {
    const field = fieldOf(type, node);
    return field !== undefined && isOwnField(field);
  });
}

/** Whether a field needs the object itself, rather than only its IDs. */
function isOwnField(field: GraphQLField<unknown, unknown>): boolean {
  const kind = costOf(field)?.kind;
  return kind !== 'list' && kind !== 'lookUp' && !isIdentity(field);
}

/**
 * Whether the fields of an object that the client named can start without waiting for the object. They can if a call for
 * what lies below it tells whether it exists; or if one field reads the object itself, while another needs only its IDs.
 *
 * A call for something that does not lie below it tells nothing: neither does the thread of a message that does not exist,
 * nor the list of a run's messages, which is a thread's list and empty if there is no such run.
 */
function startsWithoutLoad(source: QuerySource, typeName: string, sets: Selections): boolean {
  const type = source.schema.getType(typeName);
  if (!isObjectType(type) || !isNodeType(type.name)) return false;
  let needsOnlyIds = false;
  let needsObject = false;
  for (const selected of selectedFields(source, type, sets)) {
    const field = fieldOf(type, selected.node);
    if (field === undefined || isEmptyPage(source, selected.node, field)) continue;
    const cost = costOf(field);
    if (cost?.kind === 'list' || cost?.kind === 'lookUp') {
      if (isBelow(cost.type, type.name)) return true;
      needsOnlyIds = true;
    } else if (isOwnField(field)) needsObject = true;
    else if (!selectsOnlyIdentity(source, getNamedType(field.type).name, selected.sets)) needsOnlyIds = true;
  }
  return needsOnlyIds && needsObject;
}

function isBelow(type: NodeType | 'Node', owner: NodeType): boolean {
  return type !== 'Node' && lineageOf(type).includes(owner);
}

/** {@link selectsOnlyIdentity} of the object that a field resolves to, alone or in a list. */
export const fieldSelectsOnlyIdentity = ofExecution(selectsOnlyIdentity);

/** {@link selectsOwnFields} of the object that a field resolves to, alone or in a list. */
export const fieldSelectsOwnFields = ofField(selectsOwnFields);

/** {@link startsWithoutLoad} of the object that a field resolves to, alone or in a list. */
export const fieldStartsWithoutLoad = ofExecution(startsWithoutLoad);

/** What resolving the fields of an object takes, without those below them. */
export interface FieldWork {
  readonly fields: number;
  /** In fields that only return a value of the object. */
  readonly work: number;
}

/** Resolving a field that makes REST calls takes as long as some ten others: for its arguments, its requests, its error. */
const WORK_OF_CALL = 10;

/** The fields that are selected on the object that a field resolves to. */
export const fieldWorkBelow = ofField(countFields);

function countFields(source: QuerySource, typeName: string, sets: Selections): FieldWork {
  const type = source.schema.getType(typeName);
  if (!isCompositeType(type)) return { fields: 0, work: 0 };
  const selected = selectedFields(source, type, sets);
  const calls = selected.filter(({ node, on }) => isCall(fieldOf(on, node))).length;
  return { fields: selected.length, work: selected.length + (WORK_OF_CALL - 1) * calls };
}

function isCall(field: GraphQLField<unknown, unknown> | undefined): boolean {
  const kind = field && costOf(field)?.kind;
  return kind === 'list' || kind === 'lookUp';
}

type FieldRule<Answer> = (info: GraphQLResolveInfo, typeName: string) => Answer;

/** For a rule about fields: where directives include the same, so are the field nodes, and the answer is. */
function ofField<Answer>(rule: Rule<Answer>): FieldRule<Answer> {
  const answers = new WeakMap<readonly FieldNode[], Map<string, Answer>>();
  return (info, typeName) => {
    const byType = answers.get(info.fieldNodes) ?? new Map<string, Answer>();
    answers.set(info.fieldNodes, byType);
    const answer = byType.get(typeName) ?? rule(info, typeName, selectionsBelow(info));
    byType.set(typeName, answer);
    return answer;
  };
}

/** For a rule about fields and their arguments: each execution has variables of its own. */
function ofExecution<Answer>(rule: Rule<Answer>): FieldRule<Answer> {
  const executions = new WeakMap<object, FieldRule<Answer>>();
  return (info, typeName) => {
    const ofThis = executions.get(info.variableValues) ?? ofField(rule);
    executions.set(info.variableValues, ofThis);
    return ofThis(info, typeName);
  };
}

function selectionsBelow({ fieldNodes }: GraphQLResolveInfo): Selections {
  return fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}
