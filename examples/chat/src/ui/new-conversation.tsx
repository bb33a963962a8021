import { useState } from 'react';
import type { AttachedFile } from '../data/attached-files.ts';
import type { Problem } from '../data/problem.ts';
import { useStartConversation } from '../data/use-start-conversation.ts';
import { Composer } from './composer.tsx';
import { OutgoingMessage } from './message.tsx';
import { Notice } from './notice.tsx';

interface NewConversationProps {
  readonly assistantId: string | undefined;
  readonly assistantName: string;
  /** Things to say, to begin with. */
  readonly suggestions: readonly string[];
  /** Whether the assistants are being read. */
  readonly isLoading: boolean;
  /** Whether there are no assistants yet. */
  readonly isFirst: boolean;
  readonly onCreate: () => void;
  readonly onStarted: (threadId: string, firstMessage: string) => void;
}

export function NewConversation(props: NewConversationProps) {
  const { assistantId, assistantName, suggestions, isLoading, isFirst, onCreate, onStarted } = props;
  const start = useStartConversation();
  const [outgoing, setOutgoing] = useState<string>();
  const [failure, setFailure] = useState<Problem>();
  const send = async (content: string, files: readonly AttachedFile[]) => {
    if (assistantId === undefined) return false;
    setFailure(undefined);
    setOutgoing(content);
    const started = await start({ assistantId, content, files });
    setOutgoing(undefined);
    if ('problem' in started) setFailure(started.problem);
    else onStarted(started.threadId, content);
    return !('problem' in started);
  };
  return (
    <>
      <section className="timeline" aria-label="New conversation">
        <div className="column">
          {isLoading ? (
            <p className="hint">Loading assistants…</p>
          ) : isFirst ? (
            <div className="welcome">
              <h2>Create your first assistant</h2>
              <p>
                An assistant is a model with instructions, and with functions that it can ask you to call.
              </p>
              <button type="button" className="primary" onClick={onCreate}>
                Create an assistant
              </button>
            </div>
          ) : outgoing === undefined ? (
            <div className="welcome">
              <h2>
                Talk to <bdi>{assistantName}</bdi>
              </h2>
              <ul>
                {suggestions.map((text) => (
                  <li key={text}>
                    <button
                      type="button"
                      disabled={assistantId === undefined}
                      onClick={() => void send(text, [])}
                    >
                      {text}
                    </button>
                  </li>
                ))}
              </ul>
            </div>
          ) : (
            <OutgoingMessage text={outgoing} />
          )}
          {failure && <Notice problem={failure} />}
        </div>
      </section>
      <Composer
        blocked={
          assistantId !== undefined ? undefined : isLoading ? 'Loading…' : 'Choose an assistant first.'
        }
        isBusy={outgoing !== undefined}
        onStop={undefined}
        onSend={send}
      />
    </>
  );
}
