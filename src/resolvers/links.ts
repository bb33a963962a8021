/** The links that several types have. */
import type { GraphQLResolveInfo } from 'graphql';
import type { AssistantReference, Context } from '../context.ts';
import type { Loaders } from '../loaders/loaders.ts';
import type { Reference } from '../loaders/reference.ts';
import { link, whenLoaded } from './object.ts';

/** The thread in whose path an object lies. */
export function linkedThread(
  from: { readonly ids: { readonly thread_id: string }; readonly loaders: Loaders },
  _args: unknown,
  _ctx: Context,
  info: GraphQLResolveInfo,
) {
  return link(from.loaders.reference('Thread', { thread_id: from.ids.thread_id }), info);
}

/** The assistant that an object names, if it names one. */
export function linkedAssistant<Type extends 'Message' | 'Run' | 'RunStep'>(
  from: Reference<Type>,
  _args: unknown,
  _ctx: Context,
  info: GraphQLResolveInfo,
): AssistantReference | null | Promise<AssistantReference | null> {
  return whenLoaded<Type, AssistantReference | null>(from, ({ assistant_id }) =>
    assistant_id === null ? null : link(from.loaders.reference('Assistant', { assistant_id }), info),
  );
}
