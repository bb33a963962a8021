/**
 * Counts the fields of an operation that fail. One failure upstream can fail thousands of fields, and the executor makes an
 * error with a stack, a path and a place for each. Past the limit, all errors with one code are a single object instead; the
 * response then has no data and says how many there were (see server/finish-result.ts).
 */
import {
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNullableType,
  isIntrospectionType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Context, Failures } from '../context.ts';
import { codeOfError } from '../errors.ts';

type Resolver = GraphQLFieldResolver<unknown, Context>;

/** Wraps the resolvers of a schema. */
export function withCountedErrors(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const count = isListType(getNullableType(field.type)) ? countedItems : counted;
      if (field.resolve !== undefined) field.resolve = counting(field.resolve, count);
    }
  }
  return schema;
}

function counting(resolve: Resolver, count: typeof counted): Resolver {
  return (source, args, ctx, info) => {
    try {
      return count(resolve(source, args, ctx, info), ctx.failures);
    } catch (error) {
      throw reported(error, ctx.failures);
    }
  };
}

function counted(value: unknown, failures: Failures): unknown {
  return value instanceof Promise ? value.catch(reject(failures)) : value;
}

function countedItems(value: unknown, failures: Failures): unknown {
  if (value instanceof Promise) return value.then((list) => countedItems(list, failures), reject(failures));
  const mayFail = Array.isArray(value) && value.some((item) => item instanceof Promise);
  return mayFail ? value.map((item) => counted(item, failures)) : value;
}

function reject(failures: Failures) {
  return (error: unknown): never => {
    throw reported(error, failures);
  };
}

/** The error to report for a field that has failed. */
function reported(error: unknown, failures: Failures): unknown {
  failures.count++;
  if (failures.count <= failures.max) return error;
  const code = codeOfError(error);
  const known = failures.further.get(code);
  if (known !== undefined) return known;
  // With a path, the executor takes it as it is.
  const originalError = error instanceof Error && !(error instanceof GraphQLError) ? error : null;
  const further = new GraphQLError(code, { path: [], extensions: { code }, originalError });
  failures.further.set(code, further);
  return further;
}
