import type { Annotation } from '../data/run-state.ts';
import { FileChip } from './file-chip.tsx';
import { withoutPiles } from './visible.ts';

/** What a citation refers to. */
export function Note({
  annotation,
  onClose,
}: {
  readonly annotation: Annotation;
  readonly onClose: () => void;
}) {
  const fileId = 'fileId' in annotation ? annotation.fileId : '';
  const quote = 'quote' in annotation ? annotation.quote : null;
  return (
    <aside className="citation" aria-label="Citation">
      <div>
        {annotation.__typename === 'FilePathAnnotation' ? 'Created file' : 'From file'}{' '}
        <FileChip fileId={fileId} />
      </div>
      {quote !== null && quote !== '' && (
        <blockquote className="plain" dir="auto">
          {withoutPiles(quote)}
        </blockquote>
      )}
      <button type="button" className="quiet" onClick={onClose}>
        Close
      </button>
    </aside>
  );
}
