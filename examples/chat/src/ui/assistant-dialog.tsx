import { type FormEvent, useState } from 'react';
import type { Problem } from '../data/problem.ts';
import { useAssistantWrites } from '../data/use-assistant-writes.ts';
import type { Assistant } from '../data/use-assistants.ts';
import { Dialog } from './dialog.tsx';
import { draftOf, type FunctionDraft, FunctionFields, problemWith, toolsOf } from './function-fields.tsx';
import { Notice } from './notice.tsx';

interface AssistantDialogProps {
  /** Undefined to create one. */
  readonly assistant: Assistant | undefined;
  /** Values of the fields of a new one. */
  readonly example: Pick<Assistant, 'name' | 'model' | 'instructions' | 'tools'>;
  /** Names of models that other assistants use. */
  readonly models: readonly string[];
  readonly onSaved: (assistant: Assistant) => void;
  readonly onDeleted: (id: string) => void;
  readonly onClose: () => void;
}

export function AssistantDialog({
  assistant,
  example,
  models,
  onSaved,
  onDeleted,
  onClose,
}: AssistantDialogProps) {
  const { save, remove } = useAssistantWrites();
  const initial = assistant ?? example;
  const [functions, setFunctions] = useState<readonly FunctionDraft[]>(() => draftOf(initial.tools));
  const [problem, setProblem] = useState<Pick<Problem, 'message'>>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const wrong = problemWith(functions);
    if (wrong) return setProblem({ message: wrong });
    setBusy(true);
    const saved = await save(assistant?.id, {
      name: text('name'),
      model: text('model'),
      instructions: text('instructions'),
      tools: hasUnknownTool(initial) ? undefined : toolsOf(functions, form.getAll('builtIn').map(String)),
    });
    setBusy(false);
    if ('problem' in saved) return setProblem(saved.problem);
    onSaved(saved.assistant);
    onClose();
  };
  const onDelete = async (id: string) => {
    const failed = await remove(id);
    setProblem(failed);
    if (failed) return;
    onDeleted(id);
    onClose();
  };
  return (
    <Dialog title={assistant ? 'Edit the assistant' : 'New assistant'} onClose={onClose}>
      <form className="assistant-form" onSubmit={submit}>
        <label>
          Name
          <input name="name" defaultValue={initial.name ?? ''} maxLength={256} dir="auto" />
        </label>
        <label>
          Model
          <input name="model" defaultValue={initial.model} required list="models" autoComplete="off" />
        </label>
        <datalist id="models">
          {models.map((model) => (
            <option key={model} value={model} />
          ))}
        </datalist>
        <label>
          Instructions
          <textarea
            name="instructions"
            defaultValue={initial.instructions ?? ''}
            rows={3}
            maxLength={256_000}
            dir="auto"
          />
        </label>
        {hasUnknownTool(initial) ? (
          <p className="hint">
            This assistant has tools that this page does not know. They stay as they are.
          </p>
        ) : (
          <>
            <BuiltInTools tools={initial.tools} />
            <FunctionFields functions={functions} onChange={setFunctions} />
          </>
        )}
        {problem && <Notice problem={problem} />}
        <div className="actions">
          {assistant && <DeleteButton onDelete={() => onDelete(assistant.id)} />}
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={isBusy}>
            {assistant ? 'Save' : 'Create assistant'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** An update replaces all tools, and one that is not known cannot be sent back. */
function hasUnknownTool({ tools }: Pick<Assistant, 'tools'>): boolean {
  return tools.some(({ __typename }) => __typename === 'UnknownTool');
}

function BuiltInTools({ tools }: Pick<Assistant, 'tools'>) {
  const has = (type: string) => tools.some((tool) => tool.type === type);
  return (
    <fieldset>
      <legend>Built-in tools</legend>
      <label className="check">
        <input type="checkbox" name="builtIn" value="RETRIEVAL" defaultChecked={has('RETRIEVAL')} /> File
        search
      </label>
      <label className="check">
        <input
          type="checkbox"
          name="builtIn"
          value="CODE_INTERPRETER"
          defaultChecked={has('CODE_INTERPRETER')}
        />{' '}
        Code interpreter
      </label>
    </fieldset>
  );
}

/** The second press deletes. */
function DeleteButton({ onDelete }: { readonly onDelete: () => void }) {
  const [isSure, setSure] = useState(false);
  return (
    <button type="button" className="danger" onClick={() => (isSure ? onDelete() : setSure(true))}>
      {isSure ? 'Delete it for good?' : 'Delete'}
    </button>
  );
}
