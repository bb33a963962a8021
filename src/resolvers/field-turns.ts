/**
 * Counts the fields of a response, and divides their execution into turns of the event loop. The executor resolves all
 * fields below a list in one go, which took seconds for a page of objects under hundreds of aliases.
 */
import {
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isIntrospectionType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Context } from '../context.ts';
import type { ErrorCode } from '../errors.ts';
import { type FieldWork, fieldWorkBelow } from '../fields/selection.ts';
import { TURN_WORK } from '../turns.ts';

type Resolver = GraphQLFieldResolver<unknown, Context>;

/** Wraps the resolvers of fields that have fields below them. */
export function withTurns(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const isComposite = isCompositeType(getNamedType(field.type));
      const inTurns = isListType(getNullableType(field.type)) ? listInTurns : objectInTurns;
      if (isComposite && field.resolve !== undefined) field.resolve = resolvedInTurns(field.resolve, inTurns);
    }
  }
  return schema;
}

function resolvedInTurns(resolve: Resolver, inTurns: typeof objectInTurns): Resolver {
  return (source, args, ctx, info) => {
    const value = resolve(source, args, ctx, info);
    if (value instanceof Promise) return value.then((later) => inTurns(later, ctx, info));
    return inTurns(value, ctx, info);
  };
}

function objectInTurns(value: unknown, ctx: Context, info: GraphQLResolveInfo): unknown {
  if (value === null || value === undefined) return value;
  const below = workBelow(info);
  return inTurn(value, below.fields, below.work + firstWork(below), ctx);
}

function listInTurns(value: unknown, ctx: Context, info: GraphQLResolveInfo): unknown {
  if (!Array.isArray(value)) return value;
  const below = workBelow(info);
  const { fields, work } = below;
  const all = value.length * work + firstWork(below);
  if (all <= TURN_WORK) return inTurn(value, value.length * fields, all, ctx);
  return value.map((item) => inTurn(item, fields, work, ctx));
}

function workBelow(info: GraphQLResolveInfo): FieldWork {
  return fieldWorkBelow(info, getNamedType(info.returnType).name);
}

/** What collecting the fields below another takes, which is done once for all of its objects. */
const WORK_OF_FIRST = 20;
const seen = new WeakSet<FieldWork>();

function firstWork(below: FieldWork): number {
  if (seen.has(below)) return 0;
  seen.add(below);
  return WORK_OF_FIRST;
}

function inTurn<Value>(value: Value, fields: number, work: number, ctx: Context): Value | Promise<Value> {
  ctx.fields.count += fields;
  if (ctx.fields.count > ctx.fields.max) throw TOO_MANY_FIELDS;
  const turn = ctx.turns.add(work);
  return turn === undefined ? value : turn.then(() => value);
}

/** Ends the execution. server/finish-result.ts replaces it. With a path, the executor takes it as it is. */
const TOO_MANY_FIELDS = new GraphQLError('The response has too many fields', {
  path: [],
  extensions: { code: 'QUERY_TOO_EXPENSIVE' satisfies ErrorCode },
});
