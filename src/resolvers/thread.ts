import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { Reference } from '../loaders/reference.ts';
import { isTerminal } from '../rest/run-status.ts';
import { connection } from './connection.ts';
import { requireChildIds, requireIds } from './global-id.ts';
import { type CreateThreadInput, threadBody } from './input/message.ts';
import { type ModifyMetadataInput, newThreadMetadata } from './input/metadata.ts';
import { deleted, lookUp, lookUpEach, written } from './object.ts';
import type { ConnectionArguments } from './page-request.ts';

export function thread(_root: unknown, args: { id: string }, ctx: Context, info: GraphQLResolveInfo) {
  return lookUp(requireReference(args.id, 'id', ctx), info, ctx);
}

export function threads(
  _root: unknown,
  args: { ids: readonly string[] },
  ctx: Context,
  info: GraphQLResolveInfo,
) {
  return lookUpEach(args.ids, (id, argument) => requireReference(id, argument, ctx), info, ctx);
}

function requireReference(id: string, argument: string, ctx: Context): Reference<'Thread'> {
  return ctx.loaders.reference('Thread', requireIds('Thread', id, argument));
}

export function threadMessage(
  parent: Reference<'Thread'>,
  args: { id: string },
  ctx: Context,
  info: GraphQLResolveInfo,
): Reference<'Message'> | Promise<Reference<'Message'>> {
  const ids = requireChildIds('Message', parent.ids, args.id, 'id');
  return lookUp(parent.loaders.reference('Message', ids), info, ctx);
}

export function threadMessages(
  parent: Reference<'Thread'>,
  { runId, ...args }: ConnectionArguments & { runId?: string | null | undefined },
) {
  if (runId === null || runId === undefined) return connection(parent.loaders, 'Message', parent.ids, args);
  const { run_id } = requireChildIds('Run', parent.ids, runId, 'runId');
  return connection(parent.loaders, 'Message', parent.ids, args, { run_id });
}

export function threadRun(
  parent: Reference<'Thread'>,
  args: { id: string },
  ctx: Context,
  info: GraphQLResolveInfo,
): Reference<'Run'> | Promise<Reference<'Run'>> {
  return lookUp(
    parent.loaders.reference('Run', requireChildIds('Run', parent.ids, args.id, 'id')),
    info,
    ctx,
  );
}

export function threadRuns(parent: Reference<'Thread'>, args: ConnectionArguments) {
  return connection(parent.loaders, 'Run', parent.ids, args);
}

/** A thread has at most one active run, its newest run. */
export async function threadActiveRun(parent: Reference<'Thread'>): Promise<Reference<'Run'> | null> {
  if (parent.activeRun !== undefined) return parent.activeRun;
  const { items } = await parent.loaders.list('Run', parent.ids, { limit: 1, order: 'desc' });
  const newest = items[0];
  if (newest === undefined) return null;
  if (newest instanceof Error) throw newest;
  return isTerminal((await newest.load()).status) ? null : newest;
}

export async function createThread(
  _root: unknown,
  { input }: { input: CreateThreadInput },
  ctx: Context,
): Promise<Reference<'Thread'>> {
  const created = await ctx.rest.call('createThread', { body: threadBody(input, 'input', ctx.threadPairs) });
  return written(ctx, 'Thread', { thread_id: created.id }, created);
}

export async function modifyThread(
  _root: unknown,
  { input }: { input: ModifyMetadataInput },
  ctx: Context,
): Promise<Reference<'Thread'>> {
  const ids = requireIds('Thread', input.id, 'input.id');
  const body = { metadata: newThreadMetadata(input, ctx.threadPairs) };
  const modified = await ctx.rest.call('modifyThread', { ...ids, body });
  return written(ctx, 'Thread', ids, modified);
}

export async function deleteThread(
  _root: unknown,
  { input }: { input: { id: string } },
  ctx: Context,
): Promise<Reference<'Thread'>> {
  const ids = requireIds('Thread', input.id, 'input.id');
  await ctx.rest.call('deleteThread', ids);
  return deleted(ctx, 'Thread', ids);
}
