import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import type { AttachedFile } from '../data/attached-files.ts';
import { Attachments } from './attachments.tsx';

interface ComposerProps {
  /** Why nothing can be sent at the moment. */
  readonly blocked: string | undefined;
  readonly isBusy: boolean;
  /** Stops the answer that is being written. Undefined if there is none. */
  readonly onStop: (() => void) | undefined;
  /** @returns whether it was sent; otherwise the text stays */
  readonly onSend: (text: string, files: readonly AttachedFile[]) => Promise<boolean>;
}

/** As many as the REST API accepts. */
const MAX_LENGTH = 256_000;

export function Composer({ blocked, isBusy, onStop, onSend }: ComposerProps) {
  const [text, setText] = useState('');
  const [attached, setAttached] = useState<readonly AttachedFile[]>([]);
  const form = useRef<HTMLFormElement>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const content = text.trim();
    if (content === '' || isBusy || blocked !== undefined) return;
    setText('');
    setAttached([]);
    if (await onSend(content, attached)) return;
    setText((typed) => (typed === '' ? content : typed));
    setAttached(attached);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also confirms what an input method suggests.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };
  return (
    <form ref={form} className="composer" aria-label="New message" onSubmit={submit}>
      <textarea
        // The page has one purpose.
        // biome-ignore lint/a11y/noAutofocus: a chat begins with typing.
        autoFocus
        aria-label="Message"
        aria-describedby="composer-hint"
        placeholder="Write a message"
        rows={1}
        dir="auto"
        maxLength={MAX_LENGTH}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {onStop ? (
        <button type="button" onClick={onStop}>
          Stop
        </button>
      ) : (
        <button
          type="submit"
          className="primary"
          disabled={text.trim() === '' || isBusy || blocked !== undefined}
        >
          Send
        </button>
      )}
      <Attachments attached={attached} onChange={setAttached} />
      <p id="composer-hint" className="hint">
        {blocked ?? 'Enter sends, Shift+Enter begins a new line.'}
      </p>
    </form>
  );
}
