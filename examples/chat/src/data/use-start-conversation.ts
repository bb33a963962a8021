import { messageInput } from './attached-files.ts';
import { useChatClient } from './context.ts';
import { StartThreadDocument, ThreadPageDocument } from './generated/operations.ts';
import { type Problem, problemOf } from './problem.ts';
import { firstPage, type OutgoingMessage } from './use-conversation.ts';

type Started = { readonly threadId: string } | { readonly problem: Problem };

/** Creates a thread with a first message, and starts a run that answers it. */
export function useStartConversation(): (message: OutgoingMessage) => Promise<Started> {
  const { graph } = useChatClient();
  return async ({ assistantId, content, files }) => {
    const input = { assistantId, thread: { messages: [messageInput(content, files)] } };
    const { data, error } = await graph.mutation(StartThreadDocument, { input });
    const threadId = data?.createThreadAndRun?.run.threadId;
    if (threadId === undefined) {
      return {
        problem: error ? problemOf(error) : { code: 'UNKNOWN', message: 'The server sent no thread.' },
      };
    }
    // So that the page of the conversation has its messages from the start.
    await graph.query(ThreadPageDocument, firstPage(threadId));
    return { threadId };
  };
}
