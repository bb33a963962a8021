/** Links that several types have. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { Loaders } from '../loaders/loaders.ts';
import type { Reference } from '../loaders/reference.ts';
import { existing, link, whenLoaded } from './object.ts';

/** An object with a thread in its path. */
export interface InThread {
  readonly ids: { readonly thread_id: string };
  readonly loaders: Loaders;
}

/** The thread in the path of an object. */
export function linkedThread(from: InThread, _args: unknown, _ctx: Context, info: GraphQLResolveInfo) {
  return link(threadOf(from), info);
}

/** The thread in the path of an object that was just written. */
export function writtenThread(written: InThread, _args: unknown, _ctx: Context, info: GraphQLResolveInfo) {
  return existing(threadOf(written), info);
}

function threadOf({ ids, loaders }: InThread): Reference<'Thread'> {
  return loaders.reference('Thread', { thread_id: ids.thread_id });
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
