import { useEffect, useState } from 'react';
import type { ToolOutputInput } from '../data/generated/operations.ts';
import type { Problem } from '../data/problem.ts';
import type { Entry } from '../data/timeline.ts';
import { Message, OutgoingMessage } from './message.tsx';
import { ToolCalls } from './tool-calls.tsx';
import { useScrolling } from './use-scrolling.ts';

interface TimelineProps {
  readonly entries: readonly Entry[];
  readonly assistantName: string;
  /** A message that is being sent. */
  readonly outgoing: string | undefined;
  /** IDs of the calls whose outputs the run waits for. */
  readonly required: ReadonlySet<string>;
  readonly hasEarlier: boolean;
  readonly onEarlier: () => Promise<void>;
  readonly onSubmit: (outputs: readonly ToolOutputInput[]) => Promise<Problem | undefined>;
  /** What follows the messages. */
  readonly children: React.ReactNode;
}

export function Timeline(props: TimelineProps) {
  const { entries, assistantName, outgoing, required, hasEarlier, onEarlier, onSubmit, children } = props;
  const scroller = useScrolling(entries);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard.
    <section ref={scroller} className="timeline" aria-label="Messages" tabIndex={0}>
      <div className="column">
        {hasEarlier && <Earlier onEarlier={onEarlier} />}
        {entries.map((entry) =>
          entry.kind === 'message' ? (
            <Message key={entry.id} message={entry} assistantName={assistantName} />
          ) : (
            <ToolCalls key={entry.id} round={entry} required={required} onSubmit={onSubmit} />
          ),
        )}
        {outgoing !== undefined && <OutgoingMessage text={outgoing} />}
        {children}
      </div>
    </section>
  );
}

/** Loads the page before the messages when it comes into view, or when it is pressed. */
function Earlier({ onEarlier }: { readonly onEarlier: () => Promise<void> }) {
  const [button, setButton] = useState<HTMLButtonElement | null>(null);
  const [isLoading, setLoading] = useState(false);
  const load = async () => {
    setLoading(true);
    await onEarlier();
    setLoading(false);
  };
  useEffect(() => {
    if (button === null || isLoading) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) button.click();
    });
    observer.observe(button);
    return () => observer.disconnect();
  }, [button, isLoading]);
  return (
    <button ref={setButton} type="button" className="quiet" aria-busy={isLoading} onClick={load}>
      {isLoading ? 'Loading earlier messages…' : 'Load earlier messages'}
    </button>
  );
}
