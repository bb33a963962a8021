/** Bounds what introspection returns: it is executed in one go, and aliases multiply the whole schema. */
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  isIntrospectionType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql';
import { codedError } from '../errors.ts';
import type { OperationSource } from '../fields/operation-source.ts';
import {
  fieldOf,
  type QuerySource,
  type SelectedField,
  type Selections,
  selectedFields,
} from '../fields/selected-fields.ts';

/** Three times what GraphiQL asks for. */
const MAX_FIELDS = 25_000;

/** @throws QUERY_TOO_EXPENSIVE if introspection would return more fields than allowed */
export function requireShortIntrospection({ operation, ...source }: OperationSource): void {
  const root = source.schema.getRootType(operation.operation);
  if (root) new IntrospectionCount(source).add(root, undefined, [operation.selectionSet]);
}

/** What the resolvers of introspection need of their arguments. */
interface IntrospectionField {
  resolve?(
    object: unknown,
    args: object,
    context: unknown,
    info: Pick<GraphQLResolveInfo, 'schema'>,
  ): unknown;
}

const entrances = [SchemaMetaFieldDef, TypeMetaFieldDef];

/** A selected field that leads to objects of introspection. */
interface Below {
  readonly type: GraphQLObjectType;
  readonly sets: Selections;
  /** What it resolves to. */
  readonly valueOf: (object: unknown) => unknown;
}

/** What is selected on an object. Read once for all objects in the same place. */
interface Plan {
  readonly fields: number;
  readonly below: readonly Below[];
}

class IntrospectionCount {
  readonly #source: QuerySource;
  readonly #plans = new Map<Selections, Plan>();
  #count = 0;

  constructor(source: QuerySource) {
    this.#source = source;
  }

  /** Adds the fields of introspection that are selected on an object, and those below them. */
  add(type: GraphQLObjectType, object: unknown, sets: Selections): void {
    const plan = this.#plans.get(sets) ?? this.#planFor(type, sets);
    this.#plans.set(sets, plan);
    this.#count += plan.fields;
    if (this.#count > MAX_FIELDS) throw tooLong();
    for (const below of plan.below) {
      const value = below.valueOf(object);
      if (Array.isArray(value)) for (const item of value) this.add(below.type, item, below.sets);
      else if (value) this.add(below.type, value, below.sets);
    }
  }

  #planFor(type: GraphQLObjectType, sets: Selections): Plan {
    const selected = selectedFields(this.#source, type, sets);
    const fields = isIntrospectionType(type) ? selected.length : 0;
    return { fields, below: selected.flatMap((each) => this.#below(type, each) ?? []) };
  }

  #below(on: GraphQLObjectType, { node, sets }: SelectedField): Below | undefined {
    const entrance = entrances.find(({ name }) => name === node.name.value);
    const field: GraphQLField<unknown, unknown> | undefined =
      entrance ?? (isIntrospectionType(on) ? fieldOf(on, node) : undefined);
    if (field === undefined) return undefined;
    const type = getNamedType(field.type);
    if (!isObjectType(type)) return undefined;
    const args = getArgumentValues(field, node, this.#source.variableValues);
    const { resolve }: IntrospectionField = field;
    return { type, sets, valueOf: (object) => resolve?.(object, args, undefined, this.#source) };
  }
}

function tooLong() {
  const message = `This introspection would return more than ${MAX_FIELDS} fields: select each field once`;
  return codedError('QUERY_TOO_EXPENSIVE', message, { limits: { introspection: MAX_FIELDS } });
}
