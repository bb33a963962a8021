import { createContext, use, useState } from 'react';
import type { Problem } from '../data/problem.ts';
import { useFiles } from '../data/use-files.ts';
import { Icon } from './icon.tsx';
import { Notice } from './notice.tsx';
import { visible, withoutPiles } from './visible.ts';

/** Names of the files of a conversation, by their IDs. */
export const FileNamesContext = createContext<ReadonlyMap<string, string>>(new Map());

/** A file by its name, or by its ID if that is all that is known. Pressing it downloads the file. */
export function FileChip({ fileId }: { readonly fileId: string }) {
  const name = withoutPiles(visible(use(FileNamesContext).get(fileId) ?? fileId));
  const { download } = useFiles();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const press = async () => {
    if (isBusy) return;
    setBusy(true);
    setProblem(await download(fileId));
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        className="chip"
        aria-label={`Download ${name}`}
        aria-busy={isBusy}
        title={`Download ${name}`}
        onClick={press}
      >
        <Icon name="download" />
        <bdi>{name}</bdi>
      </button>
      {problem && <Notice problem={problem} />}
    </>
  );
}
