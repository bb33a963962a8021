import type { GraphQLResolveInfo } from 'graphql';
import type { AssistantFileReference, AssistantReference, Context } from '../context.ts';
import {
  type CreateAssistantInput,
  createAssistantBody,
  type ModifyAssistantInput,
  modifyAssistantBody,
} from './assistant-input.ts';
import { type Connection, type ConnectionArguments, connection, emptyConnection } from './connection.ts';
import { requireChildIds, requireIds } from './global-id.ts';
import { requireNotEmpty } from './limits.ts';
import { lookUp } from './object.ts';

export function assistant(_root: unknown, args: { id: string }, ctx: Context, info: GraphQLResolveInfo) {
  return lookUp(ctx.loaders.reference('Assistant', requireIds('Assistant', args.id, 'id')), info, ctx);
}

export function assistants(_root: unknown, args: ConnectionArguments, ctx: Context) {
  return connection(ctx.loaders, 'Assistant', {}, args);
}

export function assistantFile(
  parent: AssistantReference,
  args: { id: string },
  ctx: Context,
  info: GraphQLResolveInfo,
) {
  const ids = requireChildIds('AssistantFile', parent.ids, args.id, 'id');
  return lookUp(parent.loaders.reference('AssistantFile', ids), info, ctx);
}

export function assistantFiles(
  parent: AssistantReference,
  args: ConnectionArguments,
): Connection<'AssistantFile'> | Promise<Connection<'AssistantFile'>> {
  return parent.object?.file_ids?.length === 0
    ? emptyConnection(args)
    : connection(parent.loaders, 'AssistantFile', parent.ids, args);
}

export async function createAssistant(
  _root: unknown,
  { input }: { input: CreateAssistantInput },
  ctx: Context,
): Promise<AssistantReference> {
  const created = await ctx.rest.call('createAssistant', { body: createAssistantBody(input) });
  return ctx.freshLoaders().reference('Assistant', { assistant_id: created.id }).set(created);
}

export async function modifyAssistant(
  _root: unknown,
  { input }: { input: ModifyAssistantInput },
  ctx: Context,
): Promise<AssistantReference> {
  const ids = requireIds('Assistant', input.id, 'input.id');
  const modified = await ctx.rest.call('modifyAssistant', { ...ids, body: modifyAssistantBody(input) });
  return ctx.freshLoaders().reference('Assistant', ids).set(modified);
}

export async function deleteAssistant(
  _root: unknown,
  { input }: { input: { id: string } },
  ctx: Context,
): Promise<AssistantReference> {
  const ids = requireIds('Assistant', input.id, 'input.id');
  await ctx.rest.call('deleteAssistant', ids);
  return ctx.freshLoaders().reference('Assistant', ids);
}

export async function createAssistantFile(
  _root: unknown,
  { input }: { input: { assistantId: string; fileId: string } },
  ctx: Context,
): Promise<AssistantFileReference> {
  const ids = requireIds('Assistant', input.assistantId, 'input.assistantId');
  const body = { file_id: requireNotEmpty(input.fileId, 'input.fileId') };
  const created = await ctx.rest.call('createAssistantFile', { ...ids, body });
  return ctx
    .freshLoaders()
    .reference('AssistantFile', { ...ids, file_id: created.id })
    .set(created);
}

export async function deleteAssistantFile(
  _root: unknown,
  { input }: { input: { id: string } },
  ctx: Context,
): Promise<AssistantFileReference> {
  const ids = requireIds('AssistantFile', input.id, 'input.id');
  await ctx.rest.call('deleteAssistantFile', ids);
  return ctx.freshLoaders().reference('AssistantFile', ids);
}
