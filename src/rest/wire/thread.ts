import { z } from 'zod';
import { INVALID, readBy, readerOf } from './reader.ts';
import { id, instant, metadata } from './scalars.ts';

/** The key of the pair in a thread's metadata that says whose it is. It is not shown to clients: see owners/. */
export const OWNER_KEY = 'graphql_owner';

const stored = z.object({ id, created_at: instant, metadata });
const readStored = readerOf(stored);

/** The only place where threads are read, so that the owner gets nowhere else. */
export const thread = readBy(stored.transform(withOwner), (value) => {
  const read = readStored(value);
  return read === INVALID ? INVALID : withOwner(read);
});
export type Thread = z.output<typeof thread>;

function withOwner({ metadata, ...rest }: z.output<typeof stored>) {
  if (!Object.hasOwn(metadata, OWNER_KEY)) return { ...rest, metadata, owner: undefined };
  const { [OWNER_KEY]: owner, ...own } = metadata;
  return { ...rest, metadata: own, owner };
}
