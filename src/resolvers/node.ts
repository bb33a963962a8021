import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { badUserInput } from '../errors.ts';
import type { NodeType } from '../loaders/node-types.ts';
import type { Reference } from '../loaders/reference.ts';
import { isId } from '../rest/path.ts';
import { decodeGlobalId, requireIdLength } from './global-id.ts';
import { lookUp, lookUpEach } from './object.ts';

/** Maximum number of IDs in `nodes` and `threads`, checked when an operation is priced. */
export const MAX_NODE_IDS = 100;

export function node(_root: unknown, args: { id: string }, ctx: Context, info: GraphQLResolveInfo) {
  return lookUp(requireReference(args.id, 'id', ctx), info, ctx);
}

export function nodes(
  _root: unknown,
  args: { ids: readonly string[] },
  ctx: Context,
  info: GraphQLResolveInfo,
) {
  return lookUpEach(args.ids, (id, argument) => requireReference(id, argument, ctx), info, ctx);
}

function requireReference(id: string, argument: string, ctx: Context): Reference<NodeType> {
  const global = decodeGlobalId(requireIdLength(id, argument));
  if (!global?.path.every(isId)) throw badUserInput(argument, 'must be a global ID of this graph');
  return ctx.loaders.referenceAt(global.type, global.path);
}
