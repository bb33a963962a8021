import type { RestClient } from '../rest/client.ts';
import { type OperationName, operations, type RequestOf, type ResultOf } from '../rest/operations.ts';
import type { Metadata } from '../rest/requests.ts';
import { OWNER_KEY } from '../rest/wire/thread.ts';
import type { ThreadAccess } from './thread-access.ts';

/**
 * A client that reads and writes threads of one principal only, with all that lies below them. It checks whose a thread is beside a
 * read, whose result is withheld until then, and before a write. Threads that it creates belong to the principal.
 *
 * @param tag of the principal
 */
export function guardRest(rest: RestClient, access: ThreadAccess, tag: string): RestClient {
  return {
    async call(name, request, options) {
      const threadId = threadIdOf(name, request);
      // The wire boundary: what is read is what `getThread` returns.
      if (name === 'getThread') return (await access.read(threadId ?? '')) as ResultOf<typeof name>;
      if (operations[name].method === 'GET') {
        const response = rest.call(name, request, options);
        if (threadId !== undefined) await besides(response, access.require(threadId));
        return response;
      }
      await prepareWrite(access, threadId);
      const result = await rest.call(name, withOwner(name, request, tag), options);
      if (name === 'createThread' && 'id' in result) access.add(result.id);
      if (name === 'deleteThread' && threadId !== undefined) access.remove(threadId);
      return result;
    },
    async startRun(name, request, streams) {
      await prepareWrite(access, threadIdOf(name, request));
      const started = await rest.startRun(name, withOwner(name, request, tag), streams);
      access.add(started.run.thread_id);
      return started;
    },
  };
}

/** Undefined for an operation on other objects than threads, or that creates one. */
function threadIdOf(name: OperationName, request: object): string | undefined {
  const { thread_id }: { thread_id?: string } = request;
  return operations[name].idNames[0] === 'thread_id' ? thread_id : undefined;
}

/** @throws what `check` throws, whatever becomes of the response */
async function besides(response: Promise<unknown>, check: Promise<void>): Promise<void> {
  response.catch(() => undefined);
  await check;
}

async function prepareWrite(access: ThreadAccess, threadId: string | undefined): Promise<void> {
  if (threadId === undefined) return;
  await access.require(threadId);
  access.forget(threadId);
}

/** The same request with the owner in the metadata of the thread that it creates or modifies. */
function withOwner<Name extends OperationName>(
  name: Name,
  request: RequestOf<Name>,
  tag: string,
): RequestOf<Name> {
  const owned = (thread: { readonly metadata?: Metadata | null } | null | undefined) => ({
    ...thread,
    metadata: { ...thread?.metadata, [OWNER_KEY]: tag },
  });
  const { body } = Object(request);
  if (name === 'createThread' || name === 'modifyThread') return { ...request, body: owned(body) };
  if (name === 'createThreadAndRun') return { ...request, body: { ...body, thread: owned(body.thread) } };
  return request;
}
