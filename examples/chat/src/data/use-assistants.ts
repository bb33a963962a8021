import { useQuery } from 'urql';
import {
  AssistantDocument,
  type AssistantSummaryFragment,
  AssistantsDocument,
} from './generated/operations.ts';
import { type Problem, problemOf } from './problem.ts';

export type Assistant = AssistantSummaryFragment;

export interface AssistantsView {
  /** Newest first, as far as they are loaded. */
  readonly all: readonly Assistant[];
  /** The selected one, loaded by itself if it is not among `all`. */
  readonly selected: Assistant | undefined;
  readonly isLoading: boolean;
  readonly problem: Problem | undefined;
  retry(): void;
}

export function useAssistants(selectedId: string | undefined): AssistantsView {
  const [list, readAgain] = useQuery({ query: AssistantsDocument });
  const all = (list.data?.assistants?.edges ?? []).flatMap(({ node }) => node ?? []);
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
