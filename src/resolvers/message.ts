import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { Reference } from '../loaders/reference.ts';
import { type Annotation, type AnnotationPlace, type Message, readPlace } from '../rest/wire/message.ts';
import { onActiveRun } from './active-run.ts';
import { type Connection, connection, emptyConnection } from './connection.ts';
import { requireChildIds, requireIds } from './global-id.ts';
import { type CreateMessageInput, messageBody } from './input/message.ts';
import { type ModifyMetadataInput, newMetadata } from './input/metadata.ts';
import { link, lookUp, whenLoaded, written } from './object.ts';
import type { ConnectionArguments } from './page-request.ts';

/** All text parts, separated by blank lines. */
export function messageText({ content }: Message): string {
  return content.flatMap((part) => (part.type === 'text' ? [part.text.value] : [])).join('\n\n');
}

/** The part of the text that an annotation marks. */
export function annotationPlace(annotation: Annotation): AnnotationPlace {
  return annotation.type === 'unknown' ? readPlace(annotation.raw) : annotation;
}

export function messageRun(
  message: Reference<'Message'>,
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
  message: Reference<'Message'>,
  args: { id: string },
  ctx: Context,
  info: GraphQLResolveInfo,
): Reference<'MessageFile'> | Promise<Reference<'MessageFile'>> {
  const ids = requireChildIds('MessageFile', message.ids, args.id, 'id');
  return lookUp(message.loaders.reference('MessageFile', ids), info, ctx);
}

export function messageFiles(
  message: Reference<'Message'>,
  args: ConnectionArguments,
): Connection<'MessageFile'> | Promise<Connection<'MessageFile'>> {
  return message.object?.file_ids?.length === 0
    ? emptyConnection(args)
    : connection(message.loaders, 'MessageFile', message.ids, args);
}

export function messageFileMessage(
  file: Reference<'MessageFile'>,
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
): Promise<Reference<'Message'>> {
  const ids = requireIds('Thread', input.threadId, 'input.threadId');
  const body = messageBody(input, 'input');
  const created = await onActiveRun(ctx, ids, input.onActiveRun ?? 'fail', () =>
    ctx.rest.call('createMessage', { ...ids, body }),
  );
  const message = written(ctx, 'Message', { ...ids, message_id: created.id }, created);
  // A thread with an active run accepts no message.
  message.loaders.reference('Thread', ids).activeRun = null;
  return message;
}

export async function modifyMessage(
  _root: unknown,
  { input }: { input: ModifyMetadataInput },
  ctx: Context,
): Promise<Reference<'Message'>> {
  const ids = requireIds('Message', input.id, 'input.id');
  const body = { metadata: newMetadata(input) };
  const modified = await ctx.rest.call('modifyMessage', { ...ids, body });
  return written(ctx, 'Message', ids, modified);
}
