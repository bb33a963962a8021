import type { GraphQLResolveInfo } from 'graphql';
import type { AssistantFileReference, Context } from '../context.ts';
import { link } from './object.ts';

export function assistantFileAssistant(
  file: AssistantFileReference,
  _args: unknown,
  _ctx: Context,
  info: GraphQLResolveInfo,
) {
  return link(file.loaders.reference('Assistant', { assistant_id: file.ids.assistant_id }), info);
}
