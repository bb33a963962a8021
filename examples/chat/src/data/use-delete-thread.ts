import { useChatClient } from './context.ts';
import { DeleteThreadDocument } from './generated/operations.ts';
import { type Problem, problemOf } from './problem.ts';

/** Deletes a thread, unless it is gone already. @returns a function that resolves to why it failed */
export function useDeleteThread(): (id: string) => Promise<Problem | undefined> {
  const { graph } = useChatClient();
  return async (id) => {
    const { error } = await graph.mutation(DeleteThreadDocument, { input: { id } });
    const problem = error && problemOf(error);
    return problem?.code === 'NOT_FOUND' ? undefined : problem;
  };
}
