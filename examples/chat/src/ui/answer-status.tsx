import { useEffect, useState } from 'react';
import type { LiveRun } from '../data/follow-run.ts';
import type { Entry } from '../data/timeline.ts';

interface AnswerStatusProps {
  readonly live: LiveRun | undefined;
  readonly entries: readonly Entry[];
}

/** What a screen reader announces: not each word of an answer, but its beginning and, once it is complete, all of it. */
export function AnswerStatus({ live, entries }: AnswerStatusProps) {
  const [announced, setAnnounced] = useState('');
  const sentence = live && sentenceAbout(live, entries);
  useEffect(() => {
    // What was said last stays for those who read it again.
    if (sentence !== undefined) setAnnounced(sentence);
  }, [sentence]);
  return (
    <p role="status" className="for-screen-readers">
      {announced}
    </p>
  );
}

const MAX_SPOKEN = 1_000;

function sentenceAbout({ state, isComplete }: LiveRun, entries: readonly Entry[]): string {
  if (isComplete) return `The assistant says: ${textOf(entries.at(-1)).slice(0, MAX_SPOKEN)}`;
  switch (state.status) {
    case 'REQUIRES_ACTION':
      return 'The assistant waits for the outputs of its tool calls.';
    case 'CANCELLING':
      return 'The answer is being stopped.';
    default:
      return 'The assistant is answering.';
  }
}

function textOf(entry: Entry | undefined): string {
  if (entry?.kind !== 'message') return 'nothing';
  return entry.content.flatMap((part) => (part.__typename === 'TextContent' ? part.value : [])).join('\n');
}
