import { useEffect } from 'react';
import { useQuery } from 'urql';
import { useChatClient } from './context.ts';
import {
  AssistantDocument,
  type AssistantSummaryFragment,
  AssistantsDocument,
} from './generated/operations.ts';
import { type Problem, problemOf } from './problem.ts';

export type Assistant = AssistantSummaryFragment;

export interface AssistantsView {
  /** Newest first, at most `MAX_LISTED`. */
  readonly all: readonly Assistant[];
  /** The selected one, loaded by itself if it is not among `all`. */
  readonly selected: Assistant | undefined;
  readonly isLoading: boolean;
  readonly problem: Problem | undefined;
  retry(): void;
}

const MAX_LISTED = 500;

export function useAssistants(selectedId: string | undefined): AssistantsView {
  const [list, readAgain] = useQuery({ query: AssistantsDocument });
  const all = (list.data?.assistants?.edges ?? []).flatMap(({ node }) => node ?? []);
  useRest(all.length < MAX_LISTED ? list.data?.assistants?.pageInfo : undefined);
  const listed = all.find(({ id }) => id === selectedId);
  const [single] = useQuery({
    query: AssistantDocument,
    variables: { id: selectedId ?? '' },
    pause: selectedId === undefined || listed !== undefined || list.fetching,
  });
  return {
    all,
    selected: listed ?? (selectedId === undefined ? undefined : (single.data?.assistant ?? undefined)),
    isLoading: list.fetching && list.data === undefined,
    problem: list.error && problemOf(list.error),
    retry: () => readAgain({ requestPolicy: 'network-only' }),
  };
}

/** Reads the next page, until there is none. The cache adds it to the list. */
function useRest(pageInfo: { hasNextPage: boolean; endCursor: string | null } | undefined): void {
  const { graph } = useChatClient();
  const next = pageInfo?.hasNextPage ? pageInfo.endCursor : null;
  useEffect(() => {
    if (next !== null) void graph.query(AssistantsDocument, { after: next }).toPromise();
  }, [graph, next]);
}
