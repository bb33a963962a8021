/** A server that keeps threads apart, and a thread of anna with all that can lie below one. Berta has a key too. */
import { type Graph, startGraph } from '../../support/graph.ts';
import { callRest, createWorld, type World } from '../../support/world.ts';
import { bearer } from './clients.ts';

export const SECRET = 'a-secret-of-the-deployment-with-32-characters';
export const TAG = /^v1\.[\w-]{43}$/;
const keyOf = (name: string) => `${name}-key-0123456789-abcdef`;
export const env = {
  AUTH: 'key',
  AUTH_KEYS: `anna=${keyOf('anna')}, berta=${keyOf('berta')}`,
  OWNERS: 'metadata',
  OWNERS_SECRET: SECRET,
  SHOW_UPSTREAM_CALLS: 'on',
};

/** The header of a client. */
export const headersOf = (name: string) => bearer(keyOf(name));

export interface OwnedGraph {
  readonly graph: Graph;
  /** Its thread is anna's. */
  readonly world: World;
  /** Of anna. */
  readonly tag: string;
}

interface Stored {
  readonly metadata: Record<string, string>;
}

export async function startOwnedGraph(): Promise<OwnedGraph> {
  const graph = await startGraph(env);
  const world = await createWorld(graph.localUrl);
  const { createThread } = await sendAs<{ createThread: { thread: { restId: string } } }>(
    graph,
    'anna',
    'mutation { createThread { thread { restId } } }',
  );
  const { metadata } = await stored(graph, createThread.thread.restId);
  const owned = { graph, world, tag: metadata.graphql_owner ?? '' };
  await giveToAnna(owned);
  // From here on, the server knows whose it is.
  await sendAs(graph, 'anna', `{ thread(id: "${world.threadId}") { createdAt } }`);
  return owned;
}

/** @throws if the result has errors */
export async function sendAs<Data>(
  graph: Graph,
  name: string,
  query: string,
  variables: object = {},
): Promise<Data> {
  const { data, errors } = await graph.send<Data, object>(query, variables, headersOf(name));
  if (errors.length > 0 || data === null) throw new Error(JSON.stringify(errors));
  return data;
}

/** A thread as the REST API has it. */
export const stored = ({ localUrl }: Graph, threadId: string) =>
  callRest<Stored>(localUrl, `/threads/${threadId}`);

/** Writes the tag of anna to the thread of the world. */
export async function giveToAnna({ graph, world, tag }: OwnedGraph): Promise<void> {
  const metadata = { topic: 'apples', graphql_owner: tag };
  await callRest(graph.localUrl, `/threads/${world.threadId}`, { metadata });
}
