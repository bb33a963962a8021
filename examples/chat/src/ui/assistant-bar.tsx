import type { Assistant } from '../data/use-assistants.ts';

interface AssistantBarProps {
  readonly all: readonly Assistant[];
  readonly selected: Assistant | undefined;
  readonly onSelect: (id: string) => void;
  readonly onEdit: () => void;
  readonly onCreate: () => void;
}

/** Who answers next. */
export function AssistantBar({ all, selected, onSelect, onEdit, onCreate }: AssistantBarProps) {
  const listed = selected && !all.some(({ id }) => id === selected.id) ? [selected, ...all] : all;
  return (
    <div className="assistant-bar">
      <label>
        <span className="for-screen-readers">Assistant</span>
        <select value={selected?.id ?? ''} onChange={(event) => onSelect(event.target.value)}>
          {selected === undefined && <option value="">Choose an assistant</option>}
          {listed.map((assistant) => (
            <option key={assistant.id} value={assistant.id}>
              {nameOf(assistant)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={onEdit} disabled={selected === undefined}>
        Edit
      </button>
      <button type="button" onClick={onCreate}>
        <span aria-hidden="true">+</span> New<span className="for-screen-readers"> assistant</span>
      </button>
    </div>
  );
}

export function nameOf(assistant: Pick<Assistant, 'name' | 'model'> | undefined): string {
  return assistant?.name || assistant?.model || 'Assistant';
}
