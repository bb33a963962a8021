import type { GraphQLError, GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { badUserInput } from '../errors.ts';
import { idsOf, type NodeType } from '../loaders/node-types.ts';
import type { Reference } from '../loaders/reference.ts';
import { isId } from '../rest/path.ts';
import { decodeGlobalId } from './global-id.ts';
import { lookUp } from './object.ts';

/** Maximum number of IDs in `nodes`, checked when an operation is priced. */
export const MAX_NODE_IDS = 100;

type AnyReference = Reference<NodeType>;

export function node(_root: unknown, args: { id: string }, ctx: Context, info: GraphQLResolveInfo) {
  return lookUp(requireReference(args.id, 'id', ctx), info, ctx);
}

/** An ID that is invalid or missing affects its own item only. */
export function nodes(
  _root: unknown,
  args: { ids: readonly string[] },
  ctx: Context,
  info: GraphQLResolveInfo,
): (AnyReference | Promise<AnyReference>)[] {
  return args.ids.map((id, index) => {
    const reference = referenceTo(id, ctx);
    return reference === undefined
      ? Promise.reject(notGlobal(`ids[${index}]`))
      : lookUp(reference, { ...info, path: { prev: info.path, key: index, typename: undefined } }, ctx);
  });
}

function requireReference(id: string, argument: string, ctx: Context): AnyReference {
  const reference = referenceTo(id, ctx);
  if (reference === undefined) throw notGlobal(argument);
  return reference;
}

function referenceTo(id: string, ctx: Context): AnyReference | undefined {
  const global = decodeGlobalId(id);
  if (!global?.path.every(isId)) return undefined;
  return ctx.loaders.reference(global.type, idsOf(global.type, global.path));
}

function notGlobal(argument: string): GraphQLError {
  return badUserInput(argument, 'must be a global ID of this graph');
}
