import type { GraphQLResolveInfo } from 'graphql';
import type { Context, MessageFileReference, MessageReference } from '../context.ts';
import { type Annotation, type AnnotationPlace, type Message, readPlace } from '../rest/wire/message.ts';
import { onActiveRun } from './active-run.ts';
import { type Connection, type ConnectionArguments, connection, emptyConnection } from './connection.ts';
import { requireChildIds, requireIds } from './global-id.ts';
import { type ModifyMetadataInput, requireNewMetadata } from './limits.ts';
import { type CreateMessageInput, messageBody } from './message-input.ts';
import { link, lookUp, whenLoaded } from './object.ts';

/** The text parts, joined by a blank line. */
export function messageText({ content }: Message): string {
  return content.flatMap((part) => (part.type === 'text' ? [part.text.value] : [])).join('\n\n');
}

/** Which piece of the text an annotation marks. */
export function annotationPlace(annotation: Annotation): AnnotationPlace {
  return annotation.type === 'unknown' ? readPlace(annotation.raw) : annotation;
}

export function messageRun(
  message: MessageReference,
  _args: unknown,
  _ctx: Context,
  info: GraphQLResolveInfo,
) {
  const { thread_id } = message.ids;
  return whenLoaded(message, ({ run_id }) =>
    run_id === null ? null : link(message.loaders.reference('Run', { thread_id, run_id }), info),
  );
}

export function messageFile(
  message: MessageReference,
  args: { id: string },
  ctx: Context,
  info: GraphQLResolveInfo,
): MessageFileReference | Promise<MessageFileReference> {
  const ids = requireChildIds('MessageFile', message.ids, args.id, 'id');
  return lookUp(message.loaders.reference('MessageFile', ids), info, ctx);
}

export function messageFiles(
  message: MessageReference,
  args: ConnectionArguments,
): Connection<'MessageFile'> | Promise<Connection<'MessageFile'>> {
  return message.object?.file_ids?.length === 0
    ? emptyConnection(args)
    : connection(message.loaders, 'MessageFile', message.ids, args);
}

export function messageFileMessage(
  file: MessageFileReference,
  _args: unknown,
  _ctx: Context,
  info: GraphQLResolveInfo,
) {
  const { thread_id, message_id } = file.ids;
  return link(file.loaders.reference('Message', { thread_id, message_id }), info);
}

export async function createMessage(
  _root: unknown,
  { input }: { input: CreateMessageInput },
  ctx: Context,
): Promise<MessageReference> {
  const ids = requireIds('Thread', input.threadId, 'input.threadId');
  const body = messageBody(input, 'input');
  const created = await onActiveRun(ctx, ids, input.onActiveRun ?? 'fail', () =>
    ctx.rest.call('createMessage', { ...ids, body }),
  );
  return ctx
    .freshLoaders()
    .reference('Message', { ...ids, message_id: created.id })
    .set(created);
}

export async function modifyMessage(
  _root: unknown,
  { input }: { input: ModifyMetadataInput },
  ctx: Context,
): Promise<MessageReference> {
  const ids = requireIds('Message', input.id, 'input.id');
  const body = { metadata: requireNewMetadata(input) };
  const modified = await ctx.rest.call('modifyMessage', { ...ids, body });
  return ctx.freshLoaders().reference('Message', ids).set(modified);
}
