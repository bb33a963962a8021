import {
  GraphQLError,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLUnionType,
  isObjectType,
} from 'graphql';
import type { ExecutionSource } from './executor.ts';
import type { Info } from './info.ts';
import type { Container } from './place.ts';
import type { FieldPlan, SelectionPlan } from './plan.ts';

/** The object of a response to which the fields of a plan are added. */
export function emptyObject({ hasProto }: SelectionPlan): Container {
  return hasProto ? Object.create(null) : {};
}

/** A scalar or an enum value as it is sent. @throws Error for a value that the type does not have */
export function serialized(type: GraphQLLeafType, value: unknown): unknown {
  const result = type.serialize(value);
  if (result === null || result === undefined)
    throw new Error(`A value of type ${type.name} cannot be serialized.`);
  return result;
}

/** The type of an object in place of an abstract one. @throws GraphQLError if that is not one of its types */
export function typeOf(
  value: unknown,
  type: GraphQLInterfaceType | GraphQLUnionType,
  { schema, context }: ExecutionSource,
  info: Info,
): GraphQLObjectType {
  const name = type.resolveType?.(value, context, info, type);
  const found = typeof name === 'string' ? schema.getType(name) : undefined;
  if (isObjectType(found) && schema.isSubType(type, found)) return found;
  throw new GraphQLError(
    `Abstract type "${type.name}" must resolve to one of its object types, not to "${name}".`,
  );
}

export function notNullable({ parentType, field }: FieldPlan): Error {
  return new Error(`Cannot return null for non-nullable field ${parentType.name}.${field.name}.`);
}

export function notList({ parentType, field }: FieldPlan): GraphQLError {
  return new GraphQLError(
    `Expected Iterable, but did not find one for field "${parentType.name}.${field.name}".`,
  );
}

/** For a value that nobody waits for any more: handles the rejections of its items, which would end the process. */
export function ignore(value: unknown): void {
  if (!Array.isArray(value)) return;
  for (const item of value) if (item instanceof Promise) item.catch(() => {});
}
