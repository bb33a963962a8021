import { type ChangeEvent, useId, useRef, useState } from 'react';
import type { AttachedFile } from '../data/attached-files.ts';
import type { Problem } from '../data/problem.ts';
import { useFiles } from '../data/use-files.ts';
import { Icon } from './icon.tsx';
import { Notice } from './notice.tsx';
import { visible } from './visible.ts';

interface AttachmentsProps {
  readonly attached: readonly AttachedFile[];
  readonly onChange: (change: (attached: readonly AttachedFile[]) => readonly AttachedFile[]) => void;
}

/** As many as the REST API accepts for a message. */
const MAX_FILES = 10;

/** Uploads the files that are chosen, and lists those that the message will have. */
export function Attachments({ attached, onChange }: AttachmentsProps) {
  const { upload } = useFiles();
  const input = useRef<HTMLInputElement>(null);
  const labelId = useId();
  const [uploading, setUploading] = useState<string>();
  const [problem, setProblem] = useState<Pick<Problem, 'message'>>();
  const choose = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(target.files ?? [])];
    target.value = '';
    setProblem(undefined);
    if (attached.length + files.length > MAX_FILES) {
      return setProblem({ message: `A message can have at most ${MAX_FILES} files.` });
    }
    for (const file of files) {
      setUploading(file.name);
      const uploaded = await upload(file);
      if ('problem' in uploaded) setProblem(uploaded.problem);
      else onChange((all) => [...all, uploaded.file]);
    }
    setUploading(undefined);
  };
  return (
    <div className="attachments">
      <button
        type="button"
        className="icon"
        aria-label="Attach files"
        title="Attach files"
        disabled={uploading !== undefined}
        onClick={() => input.current?.click()}
      >
        <Icon name="attach" />
      </button>
      <input ref={input} type="file" multiple hidden aria-labelledby={labelId} onChange={choose} />
      <span id={labelId} hidden>
        Files to attach
      </span>
      {attached.map(({ fileId, name }) => (
        <span className="chip" key={fileId}>
          <bdi>{visible(name)}</bdi>
          <button
            type="button"
            className="icon"
            aria-label={`Remove ${name}`}
            onClick={() => onChange((all) => all.filter((one) => one.fileId !== fileId))}
          >
            ×
          </button>
        </span>
      ))}
      <span role="status" className="hint">
        {uploading === undefined ? '' : `Uploading ${visible(uploading)}…`}
      </span>
      {problem && <Notice problem={problem} />}
    </div>
  );
}
