import { z } from 'zod';
import { id, instant, metadata } from './scalars.ts';

/** The key of the pair in a thread's metadata that says whose it is. It is not shown to clients: see owners/. */
export const OWNER_KEY = 'graphql_owner';

/** The only place where threads are read, so that the owner gets nowhere else. */
export const thread = z.object({ id, created_at: instant, metadata }).transform(({ metadata, ...rest }) => {
  if (!Object.hasOwn(metadata, OWNER_KEY)) return { ...rest, metadata, owner: undefined };
  const { [OWNER_KEY]: owner, ...own } = metadata;
  return { ...rest, metadata: own, owner };
});
export type Thread = z.output<typeof thread>;
