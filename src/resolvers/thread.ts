import type { GraphQLResolveInfo } from 'graphql';
import type { Context, MessageReference, RunReference, ThreadReference } from '../context.ts';
import { isTerminal } from '../rest/run-status.ts';
import { type ConnectionArguments, connection } from './connection.ts';
import { requireChildIds, requireIds } from './global-id.ts';
import { type ModifyMetadataInput, requireNewMetadata } from './limits.ts';
import { type CreateThreadInput, threadBody } from './message-input.ts';
import { lookUp } from './object.ts';

export function thread(_root: unknown, args: { id: string }, ctx: Context, info: GraphQLResolveInfo) {
  return lookUp(ctx.loaders.reference('Thread', requireIds('Thread', args.id, 'id')), info, ctx);
}

export function threadMessage(
  parent: ThreadReference,
  args: { id: string },
  ctx: Context,
  info: GraphQLResolveInfo,
): MessageReference | Promise<MessageReference> {
  const ids = requireChildIds('Message', parent.ids, args.id, 'id');
  return lookUp(parent.loaders.reference('Message', ids), info, ctx);
}

export function threadMessages(
  parent: ThreadReference,
  { runId, ...args }: ConnectionArguments & { runId?: string | null | undefined },
) {
  if (runId === null || runId === undefined) return connection(parent.loaders, 'Message', parent.ids, args);
  const { run_id } = requireChildIds('Run', parent.ids, runId, 'runId');
  return connection(parent.loaders, 'Message', parent.ids, args, { run_id });
}

export function threadRun(
  parent: ThreadReference,
  args: { id: string },
  ctx: Context,
  info: GraphQLResolveInfo,
): RunReference | Promise<RunReference> {
  return lookUp(
    parent.loaders.reference('Run', requireChildIds('Run', parent.ids, args.id, 'id')),
    info,
    ctx,
  );
}

export function threadRuns(parent: ThreadReference, args: ConnectionArguments) {
  return connection(parent.loaders, 'Run', parent.ids, args);
}

/** A thread has one live run at most, and that is its newest. */
export async function threadActiveRun(parent: ThreadReference): Promise<RunReference | null> {
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
): Promise<ThreadReference> {
  const created = await ctx.rest.call('createThread', { body: threadBody(input, 'input') });
  return ctx.freshLoaders().reference('Thread', { thread_id: created.id }).set(created);
}

export async function modifyThread(
  _root: unknown,
  { input }: { input: ModifyMetadataInput },
  ctx: Context,
): Promise<ThreadReference> {
  const ids = requireIds('Thread', input.id, 'input.id');
  const body = { metadata: requireNewMetadata(input) };
  const modified = await ctx.rest.call('modifyThread', { ...ids, body });
  return ctx.freshLoaders().reference('Thread', ids).set(modified);
}

export async function deleteThread(
  _root: unknown,
  { input }: { input: { id: string } },
  ctx: Context,
): Promise<ThreadReference> {
  const ids = requireIds('Thread', input.id, 'input.id');
  await ctx.rest.call('deleteThread', ids);
  return ctx.freshLoaders().reference('Thread', ids);
}
