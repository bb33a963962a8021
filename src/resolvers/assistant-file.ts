import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { Reference } from '../loaders/reference.ts';
import { link } from './object.ts';

export function assistantFileAssistant(
  file: Reference<'AssistantFile'>,
  _args: unknown,
  _ctx: Context,
  info: GraphQLResolveInfo,
) {
  return link(file.loaders.reference('Assistant', { assistant_id: file.ids.assistant_id }), info);
}
