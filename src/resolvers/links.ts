/** Links that several types have. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { Loaders } from '../loaders/loaders.ts';
import type { Reference } from '../loaders/reference.ts';
import { link, whenLoaded } from './object.ts';

/** The thread in the path of an object. */
export function linkedThread(
  from: { readonly ids: { readonly thread_id: string }; readonly loaders: Loaders },
  _args: unknown,
  _ctx: Context,
  info: GraphQLResolveInfo,
) {
  return link(from.loaders.reference('Thread', { thread_id: from.ids.thread_id }), info);
}

/** Null if the object names no assistant. */
export function linkedAssistant<Type extends 'Message' | 'Run' | 'RunStep'>(
  from: Reference<Type>,
  _args: unknown,
  _ctx: Context,
  info: GraphQLResolveInfo,
): Reference<'Assistant'> | null | Promise<Reference<'Assistant'> | null> {
  return whenLoaded<Type, Reference<'Assistant'> | null>(from, ({ assistant_id }) =>
    assistant_id === null ? null : link(from.loaders.reference('Assistant', { assistant_id }), info),
  );
}
