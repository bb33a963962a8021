/** What an operation selects, read once for all of its executions: which fields of which types, with which arguments. */
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  getArgumentValues,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type ValueNode,
  visit,
} from 'graphql';
import type { OperationSource } from '../fields/operation-source.ts';
import {
  fieldOf,
  type QuerySource,
  type SelectedField,
  type Selections,
  selectedFields,
} from '../fields/selected-fields.ts';
import { type Shape, shapeOf } from './shape.ts';

type Field = GraphQLField<unknown, unknown>;
export type Arguments = Record<string, unknown>;

/** The fields that are selected on objects of a type. */
export interface SelectionPlan {
  readonly fields: readonly FieldPlan[];
  /** Whether a field has the response name `__proto__`, which an ordinary object cannot hold. */
  readonly hasProto: boolean;
}

export class FieldPlan {
  /** In the response. */
  readonly key: string;
  readonly parentType: GraphQLObjectType;
  readonly field: Field;
  /** The same array for all executions of the plan, and for those of no other plan. */
  readonly nodes: readonly FieldNode[];
  readonly shape: Shape;
  readonly #sets: Selections;
  readonly #below: [type: GraphQLObjectType, plan: SelectionPlan][] = [];
  readonly #node: FieldNode;
  /** Undefined before they are needed, and if a variable decides about them. */
  #fixedArguments: Arguments | undefined;

  constructor(parentType: GraphQLObjectType, field: Field, { node, nodes, sets }: SelectedField) {
    this.key = (node.alias ?? node.name).value;
    this.parentType = parentType;
    this.field = field;
    this.nodes = [...nodes];
    this.shape = shapeOf(field.type);
    this.#sets = sets;
    this.#node = node;
  }

  /** @throws GraphQLError for an invalid value */
  argumentsFor({ variableValues }: QuerySource): Arguments {
    if (this.#fixedArguments !== undefined) return this.#fixedArguments;
    const values = getArgumentValues(this.field, this.#node, variableValues);
    if (this.#node.arguments?.every(({ value }) => isFixed(value)) !== false) {
      freeze(values);
      this.#fixedArguments = values;
    }
    return values;
  }

  /** What is selected on the objects of a type that the field leads to. */
  below(source: QuerySource, type: GraphQLObjectType): SelectionPlan {
    for (const [each, plan] of this.#below) if (each === type) return plan;
    const plan = planOf(source, type, this.#sets);
    this.#below.push([type, plan]);
    return plan;
  }
}

/** Fields of plans that are kept, some 10 MB. */
const MAX_KNOWN = 30_000;
/** Variables in the directives of a document. Those of a document with more decide for each execution. */
const MAX_CONDITIONS = 4;

let known = new WeakMap<OperationDefinitionNode, Map<string, SelectionPlan>>();
let knownFields = 0;
const conditions = new WeakMap<DocumentNode, readonly string[]>();

/** What an operation selects at its root. The same plan for all executions in which directives include the same. */
export function rootPlan(source: OperationSource): SelectionPlan {
  const { document, operation } = source;
  const names = conditions.get(document) ?? conditionsOf(document);
  conditions.set(document, names);
  const fresh = () => planOf(source, rootType(source), [operation.selectionSet]);
  if (names.length > MAX_CONDITIONS) return fresh();
  const key = names.map((name) => digitOf(source.variableValues[name])).join('');
  const plan = known.get(operation)?.get(key) ?? fresh();
  // Others may have been dropped meanwhile.
  const plans = known.get(operation) ?? new Map<string, SelectionPlan>();
  known.set(operation, plans.set(key, plan));
  return plan;
}

/** Of a condition. Null is an error of the object that it is about, so it is not taken for false. */
function digitOf(value: unknown): number {
  return value === null ? 2 : Number(value === true);
}

function rootType({ schema, operation }: OperationSource): GraphQLObjectType {
  const type = schema.getRootType(operation.operation);
  if (!type) throw new GraphQLError(`The schema has no ${operation.operation} type`);
  return type;
}

function planOf(source: QuerySource, type: GraphQLObjectType, sets: Selections): SelectionPlan {
  const fields = selectedFields(source, type, sets).flatMap((selected) => {
    const field = fieldOf(type, selected.node) ?? metaField(source, type, selected.node.name.value);
    return field === undefined ? [] : new FieldPlan(type, field, selected);
  });
  knownFields += fields.length;
  if (knownFields > MAX_KNOWN) {
    known = new WeakMap();
    knownFields = 0;
  }
  return { fields, hasProto: fields.some(({ key }) => key === '__proto__') };
}

function metaField({ schema }: QuerySource, type: GraphQLObjectType, name: string): Field | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (type !== schema.getQueryType()) return undefined;
  return [SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name);
}

/** The variables that directives depend on. */
function conditionsOf(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      visit(directive, {
        Variable({ name }) {
          names.add(name.value);
        },
      });
    },
  });
  return [...names];
}

/** Whether a value is the same whatever the variables are. */
function isFixed(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.every(isFixed);
  if (value.kind === Kind.OBJECT) return value.fields.every((field) => isFixed(field.value));
  return value.kind !== Kind.VARIABLE;
}

/** All executions of a plan share the value, so that no resolver may change it. */
function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}
