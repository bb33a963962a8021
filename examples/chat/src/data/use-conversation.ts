/** Everything that the page of one conversation shows and does. */
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useQuery } from 'urql';
import { type AttachedFile, fileNamesIn, messageInput } from './attached-files.ts';
import { useChatClient } from './context.ts';
import type { LiveRun } from './follow-run.ts';
import {
  CancelRunDocument,
  type RunPartsFragment,
  StartRunDocument,
  SubmitOutputsDocument,
  ThreadPageDocument,
  type ThreadPageQuery,
  type ThreadPageQueryVariables,
  type ToolOutputInput,
} from './generated/operations.ts';
import { type Problem, problemOf } from './problem.ts';
import { hasEnded } from './run-state.ts';
import { type Entry, timelineOf } from './timeline.ts';
import { useRun } from './use-run.ts';

export interface OutgoingMessage {
  readonly assistantId: string;
  readonly content: string;
  readonly files: readonly AttachedFile[];
}

export interface ConversationView {
  readonly entries: readonly Entry[];
  /** Names of the files of its messages, by their IDs. */
  readonly fileNames: ReadonlyMap<string, string>;
  readonly isLoading: boolean;
  /** Why the messages could not be read. */
  readonly problem: Problem | undefined;
  /** The newest run: what is received of it while it is live, or how it ended. */
  readonly live: LiveRun | undefined;
  readonly newest: RunPartsFragment | undefined;
  readonly hasEarlier: boolean;
  loadEarlier(): Promise<void>;
  /** Reads what is new, for example after a failure. */
  refresh(): Promise<void>;
  /** Adds a message and starts a run that answers it: both or neither. @returns why it failed */
  send(message: OutgoingMessage): Promise<Problem | undefined>;
  submit(runId: string, toolOutputs: readonly ToolOutputInput[]): Promise<Problem | undefined>;
  cancel(runId: string): Promise<Problem | undefined>;
}

const PAGE = 20;
/** The first page, which is never read again: its place in the list would change, and leave a gap before it. */
export const firstPage = (threadId: string) => ({ threadId, last: PAGE, withRun: true });

export function useConversation(threadId: string): ConversationView {
  const { graph } = useChatClient();
  const [{ data, error, fetching }, readAgain] = useQuery({
    query: ThreadPageDocument,
    variables: firstPage(threadId),
  });
  const { messages, runs } = data?.thread ?? {};
  const edges = useMemo(() => messages?.edges ?? [], [messages]);
  const known = useMemo(() => edges.flatMap(({ node }) => node ?? []), [edges]);
  const newest = runs?.nodes[0] ?? undefined;

  const [startedRun, setStartedRun] = useState<string>();
  const live = useRun(startedRun ?? (newest && !hasEnded(newest) ? newest.id : undefined));

  // The newest run that has ended, or null if the thread has no run.
  const ended = live?.isComplete && hasEnded(live.state) ? live.id : endedOf(data?.thread);
  const [readAfter, setReadAfter] = useState<string | null>();

  const refresh = useInTurn(async () => {
    const complete = live?.isComplete ? live.id : ended;
    const last = edges.findLast(({ node }) => node?.role === 'USER');
    if (last === undefined) return readAgain({ requestPolicy: 'network-only' });
    let after: string | undefined = last.cursor;
    while (after !== undefined) {
      const page: ThreadPageQueryVariables = { threadId, first: 100, after, withRun: true };
      const result = await graph.query<ThreadPageQuery>(ThreadPageDocument, page, {
        requestPolicy: 'network-only',
      });
      if (result.error) return;
      const { hasNextPage, endCursor } = result.data?.thread?.messages?.pageInfo ?? {};
      after = hasNextPage ? (endCursor ?? undefined) : undefined;
    }
    setReadAfter(ended);
    // Until here, the page shows what it received of the run. A run that was started meanwhile stays.
    setStartedRun((id) => (id === complete ? undefined : id));
  });

  // Messages that were read at the same time as their run may lack what it wrote last.
  useRefreshing(refresh, live, ended === readAfter ? undefined : ended);

  return {
    entries: useMemo(() => timelineOf(known, newest, live), [known, newest, live]),
    fileNames: useMemo(() => fileNamesIn(known), [known]),
    isLoading: fetching && edges.length === 0,
    problem: error && edges.length === 0 ? problemOf(error) : undefined,
    live,
    newest,
    hasEarlier: messages?.pageInfo.hasPreviousPage ?? false,
    refresh,
    async loadEarlier() {
      const before = messages?.pageInfo.startCursor;
      if (!before) return;
      const page = { threadId, last: PAGE, before, withRun: false };
      await graph.query(ThreadPageDocument, page, { requestPolicy: 'network-only' });
    },
    async send({ assistantId, content, files }) {
      const input = { threadId, assistantId, additionalMessages: [messageInput(content, files)] };
      const result = await graph.mutation(StartRunDocument, { input });
      const problem = result.error && problemOf(result.error);
      const runId = result.data?.createRun?.run.id ?? problem?.runId;
      await refresh();
      setStartedRun(runId);
      return problem;
    },
    async submit(id, toolOutputs) {
      const input = { id, toolOutputs: [...toolOutputs] };
      const { error } = await graph.mutation(SubmitOutputsDocument, { input });
      return error && problemOf(error);
    },
    async cancel(id) {
      const { error } = await graph.mutation(CancelRunDocument, { input: { id } });
      return error && problemOf(error);
    },
  };
}

function endedOf(thread: ThreadPageQuery['thread'] | undefined): string | null | undefined {
  if (!thread) return undefined;
  const newest = thread.runs?.nodes[0];
  if (!newest) return null;
  return hasEnded(newest) ? newest.id : undefined;
}

/**
 * Reads what is new when a run has ended, when it cannot be followed, and when somebody returns to the page.
 *
 * @param unread a run whose messages were not read since it is known to have ended, or null if there is no run
 */
function useRefreshing(
  refresh: () => void,
  live: LiveRun | undefined,
  unread: string | null | undefined,
): void {
  const isFollowing = live?.isComplete === false;
  const isLost = live?.isComplete === true && !hasEnded(live.state);
  const refreshNow = useEffectEvent(refresh);
  useEffect(() => {
    if (isLost || unread !== undefined) refreshNow();
  }, [isLost, unread]);
  useEffect(() => {
    if (isFollowing) return;
    const onReturn = () => {
      if (document.visibilityState === 'visible') refreshNow();
    };
    addEventListener('online', onReturn);
    document.addEventListener('visibilitychange', onReturn);
    return () => {
      removeEventListener('online', onReturn);
      document.removeEventListener('visibilitychange', onReturn);
    };
  }, [isFollowing]);
}

/**
 * Calls the newest `work`, each time after the call before has ended. Otherwise an earlier response could arrive later, and replace
 * what is newer.
 */
function useInTurn(work: () => Promise<void>): () => Promise<void> {
  const newest = useRef(work);
  useEffect(() => {
    newest.current = work;
  });
  const last = useRef(Promise.resolve());
  return useCallback(() => {
    last.current = last.current.then(() => newest.current());
    return last.current;
  }, []);
}
