import { useState } from 'react';
import type { AttachedFile } from '../data/attached-files.ts';
import type { ToolOutputInput } from '../data/generated/operations.ts';
import type { Problem } from '../data/problem.ts';
import { hasEnded } from '../data/run-state.ts';
import { useConversation } from '../data/use-conversation.ts';
import { AnswerStatus } from './answer-status.tsx';
import { Composer } from './composer.tsx';
import { FileNamesContext } from './file-chip.tsx';
import { Notice } from './notice.tsx';
import { RunNotice } from './run-notice.tsx';
import { Timeline } from './timeline.tsx';

interface ConversationPageProps {
  /** ID of the thread. */
  readonly threadId: string;
  /** The assistant that answers next. Undefined while it is not known. */
  readonly assistantId: string | undefined;
  readonly assistantName: string;
  /** The conversation was continued with this message. */
  readonly onSent: (content: string) => void;
}

export function ConversationPage({ threadId, assistantId, assistantName, onSent }: ConversationPageProps) {
  const conversation = useConversation(threadId);
  const { live, entries, problem } = conversation;
  const [outgoing, setOutgoing] = useState<string>();
  const [failure, setFailure] = useState<Problem>();
  // The thread accepts a message as soon as the run has ended, which is before everything was received of it.
  const isAnswering = live !== undefined && !live.isComplete && !hasEnded(live.state);
  const required = new Set(live?.state.required.map(({ toolCallId }) => toolCallId));

  const send = async (content: string, files: readonly AttachedFile[]) => {
    if (assistantId === undefined) return false;
    setFailure(undefined);
    setOutgoing(content);
    const failed = await conversation.send({ assistantId, content, files });
    setOutgoing(undefined);
    setFailure(failed);
    if (!failed) onSent(content);
    return failed === undefined;
  };
  const submit = async (outputs: readonly ToolOutputInput[]) =>
    live && (await conversation.submit(live.id, outputs));
  const stop = async () => {
    if (live) setFailure(await conversation.cancel(live.id));
  };

  return (
    <FileNamesContext value={conversation.fileNames}>
      <Timeline
        entries={entries}
        assistantName={assistantName}
        outgoing={outgoing}
        required={required}
        hasEarlier={conversation.hasEarlier}
        onEarlier={conversation.loadEarlier}
        onSubmit={submit}
      >
        {conversation.isLoading && <p className="hint">Loading messages…</p>}
        {problem && (
          <Notice problem={problem}>
            <button type="button" onClick={conversation.refresh}>
              Try again
            </button>
          </Notice>
        )}
        <RunNotice live={live} newest={conversation.newest} />
        {failure && <Notice problem={failure} />}
      </Timeline>
      <AnswerStatus live={live} entries={entries} />
      <Composer
        blocked={assistantId === undefined ? 'Choose an assistant first.' : undefined}
        isBusy={outgoing !== undefined || isAnswering || problem !== undefined}
        onStop={isAnswering ? stop : undefined}
        onSend={send}
      />
    </FileNamesContext>
  );
}
