import type { Run } from '../rest/wire/run.ts';
import type { RunIds } from './runs.ts';
import type { Upstream, UpstreamRequest } from './upstream.ts';

export interface ObservedRun {
  readonly run: Run;
  /** `openai-poll-after-ms`. */
  readonly hintMs: number | undefined;
}

/** Reads runs for polls. Reads of several runs of a thread at the same time share one list request. */
export interface RunReads {
  /** @throws what RestClient.call throws */
  read(ids: RunIds): Promise<ObservedRun>;
}

interface Wanted {
  readonly ids: RunIds;
  readonly resolve: (observed: ObservedRun | Promise<ObservedRun>) => void;
  readonly reject: (error: unknown) => void;
}

/** The page has the newest runs of the thread. Polled runs are usually among them. */
const MIN_PAGE = 20;
const MAX_PAGE = 100;

export function createRunReads(upstream: Upstream): RunReads {
  const wantedByThread = new Map<string, Wanted[]>();

  /** Runs that are not on the page are read one by one, and all of them if the list fails. */
  const readTogether = async (threadId: string, wanted: readonly Wanted[]): Promise<void> => {
    const limit = Math.min(MAX_PAGE, Math.max(MIN_PAGE, wanted.length));
    try {
      const found = await upstream.read(async ({ rest, hintMs }) => {
        const { items } = await rest.call('listRuns', { thread_id: threadId, limit, order: 'desc' });
        const runs = items.flatMap((item) => (item instanceof Error ? [] : [[item.id, item] as const]));
        return { runs: new Map(runs), hintMs: hintMs() };
      });
      for (const { ids, resolve } of wanted) {
        const run = found.runs.get(ids.run_id);
        resolve(run === undefined ? readOne(ids) : { run, hintMs: found.hintMs });
      }
    } catch {
      for (const { ids, resolve } of wanted) resolve(readOne(ids));
    }
  };

  const readOne = (ids: RunIds): Promise<ObservedRun> => upstream.read((request) => getRun(request, ids));

  const flush = (threadId: string) => {
    const wanted = wantedByThread.get(threadId) ?? [];
    wantedByThread.delete(threadId);
    const [only] = wanted;
    if (wanted.length > 1) void readTogether(threadId, wanted);
    else if (only !== undefined) readOne(only.ids).then(only.resolve, only.reject);
  };

  return {
    read(ids) {
      return new Promise((resolve, reject) => {
        const wanted = wantedByThread.get(ids.thread_id);
        if (wanted !== undefined) {
          wanted.push({ ids, resolve, reject });
          return;
        }
        wantedByThread.set(ids.thread_id, [{ ids, resolve, reject }]);
        setImmediate(flush, ids.thread_id);
      });
    },
  };
}

/** @throws what RestClient.call throws */
export async function getRun({ rest, hintMs }: UpstreamRequest, ids: RunIds): Promise<ObservedRun> {
  const { thread_id, run_id } = ids;
  return { run: await rest.call('getRun', { thread_id, run_id }), hintMs: hintMs() };
}
