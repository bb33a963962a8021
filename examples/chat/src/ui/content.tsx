/** The parts of a message. */
import { useState } from 'react';
import type { Annotation, ContentPart } from '../data/run-state.ts';
import { withNotes } from './citations.ts';
import { FileChip } from './file-chip.tsx';
import { Markdown } from './markdown.tsx';
import { MAX_MARKDOWN } from './markdown-limits.ts';
import { Note } from './note.tsx';
import { withoutPiles } from './visible.ts';

export function Content({ parts }: { readonly parts: readonly ContentPart[] }) {
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the index of a part is its identity.
    <Part key={index} part={part} />
  ));
}

function Part({ part }: { readonly part: ContentPart }) {
  switch (part.__typename) {
    case 'TextContent':
      return <Text value={withoutPiles(part.value)} annotations={part.annotations} />;
    case 'ImageFileContent':
      return (
        <div>
          Image file <FileChip fileId={part.fileId} />
        </div>
      );
    default:
      return part.type === 'UNKNOWN' ? null : <p className="chip">A part that this page cannot show</p>;
  }
}

/** A longer text is shown up to here, until somebody asks for the rest. */
const MAX_SHOWN = 100_000;

interface TextProps {
  readonly value: string;
  readonly annotations: readonly Annotation[];
}

function Text({ value, annotations }: TextProps) {
  const [isWhole, setWhole] = useState(false);
  if (value.length > MAX_SHOWN && !isWhole) {
    return (
      <>
        <p className="plain">{value.slice(0, MAX_SHOWN)}…</p>
        <button type="button" className="quiet" onClick={() => setWhole(true)}>
          Show all {value.length.toLocaleString('en')} characters
        </button>
      </>
    );
  }
  if (value.length > MAX_MARKDOWN) return <p className="plain">{value}</p>;
  return <AnnotatedText value={value} annotations={annotations} />;
}

function AnnotatedText({ value, annotations }: TextProps) {
  const { text, notes } = withNotes(value, annotations);
  const [openNumber, setOpenNumber] = useState<number>();
  const open = openNumber === undefined ? undefined : notes[openNumber - 1];
  const renderNote = (number: number) => (
    <button
      type="button"
      className="note"
      aria-label={`Citation ${number}`}
      aria-expanded={openNumber === number}
      onClick={() => setOpenNumber(openNumber === number ? undefined : number)}
    >
      {number}
    </button>
  );
  return (
    <>
      <Markdown text={text} {...(notes.length > 0 && { renderNote })} />
      {open && <Note annotation={open} onClose={() => setOpenNumber(undefined)} />}
    </>
  );
}
