import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { Reference } from '../loaders/reference.ts';
import { type Connection, connection, emptyConnection } from './connection.ts';
import { requireChildIds, requireIds } from './global-id.ts';
import {
  assistantFileBody,
  type CreateAssistantFileInput,
  type CreateAssistantInput,
  createAssistantBody,
  type ModifyAssistantInput,
  modifyAssistantBody,
} from './input/assistant.ts';
import { deleted, lookUp, written } from './object.ts';
import type { ConnectionArguments } from './page-request.ts';

export function assistant(_root: unknown, args: { id: string }, ctx: Context, info: GraphQLResolveInfo) {
  return lookUp(ctx.loaders.reference('Assistant', requireIds('Assistant', args.id, 'id')), info, ctx);
}

export function assistants(_root: unknown, args: ConnectionArguments, ctx: Context) {
  return connection(ctx.loaders, 'Assistant', {}, args);
}

export function assistantFile(
  parent: Reference<'Assistant'>,
  args: { id: string },
  ctx: Context,
  info: GraphQLResolveInfo,
) {
  const ids = requireChildIds('AssistantFile', parent.ids, args.id, 'id');
  return lookUp(parent.loaders.reference('AssistantFile', ids), info, ctx);
}

export function assistantFiles(
  parent: Reference<'Assistant'>,
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
): Promise<Reference<'Assistant'>> {
  const created = await ctx.rest.call('createAssistant', { body: createAssistantBody(input) });
  return written(ctx, 'Assistant', { assistant_id: created.id }, created);
}

export async function modifyAssistant(
  _root: unknown,
  { input }: { input: ModifyAssistantInput },
  ctx: Context,
): Promise<Reference<'Assistant'>> {
  const ids = requireIds('Assistant', input.id, 'input.id');
  const modified = await ctx.rest.call('modifyAssistant', { ...ids, body: modifyAssistantBody(input) });
  return written(ctx, 'Assistant', ids, modified);
}

export async function deleteAssistant(
  _root: unknown,
  { input }: { input: { id: string } },
  ctx: Context,
): Promise<Reference<'Assistant'>> {
  const ids = requireIds('Assistant', input.id, 'input.id');
  await ctx.rest.call('deleteAssistant', ids);
  return deleted(ctx, 'Assistant', ids);
}

export async function createAssistantFile(
  _root: unknown,
  { input }: { input: CreateAssistantFileInput },
  ctx: Context,
): Promise<Reference<'AssistantFile'>> {
  const ids = requireIds('Assistant', input.assistantId, 'input.assistantId');
  const body = assistantFileBody(input);
  const created = await ctx.rest.call('createAssistantFile', { ...ids, body });
  return written(ctx, 'AssistantFile', { ...ids, file_id: created.id }, created);
}

export async function deleteAssistantFile(
  _root: unknown,
  { input }: { input: { id: string } },
  ctx: Context,
): Promise<Reference<'AssistantFile'>> {
  const ids = requireIds('AssistantFile', input.id, 'input.id');
  await ctx.rest.call('deleteAssistantFile', ids);
  return deleted(ctx, 'AssistantFile', ids);
}
