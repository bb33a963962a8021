/** The functions of an assistant, as a form edits them. */
import type { AssistantToolInput } from '../data/generated/operations.ts';
import type { Assistant } from '../data/use-assistants.ts';

export interface FunctionDraft {
  /** For this form only. */
  readonly key: string;
  readonly name: string;
  readonly description: string;
  /** JSON Schema as text. Empty if the function takes no arguments. */
  readonly parameters: string;
}

interface FunctionFieldsProps {
  readonly functions: readonly FunctionDraft[];
  readonly onChange: (functions: readonly FunctionDraft[]) => void;
}

export function FunctionFields({ functions, onChange }: FunctionFieldsProps) {
  const change = (key: string, part: Partial<FunctionDraft>) =>
    onChange(functions.map((each) => (each.key === key ? { ...each, ...part } : each)));
  return (
    <fieldset>
      <legend>Functions</legend>
      <p className="hint">The assistant can ask for calls to these. You enter what they return.</p>
      {functions.map(({ key, name, description, parameters }, index) => (
        <fieldset key={key} className="function">
          <legend>Function {index + 1}</legend>
          <label>
            Name
            <input
              value={name}
              required
              pattern="[a-zA-Z0-9_\-]{1,64}"
              title="1 to 64 letters, digits, underscores or dashes"
              onChange={(event) => change(key, { name: event.target.value })}
            />
          </label>
          <label>
            What it does
            <input
              value={description}
              onChange={(event) => change(key, { description: event.target.value })}
              dir="auto"
            />
          </label>
          <label>
            JSON Schema of its arguments
            <textarea
              className="code"
              rows={4}
              spellCheck={false}
              value={parameters}
              onChange={(event) => change(key, { parameters: event.target.value })}
            />
          </label>
          <button
            type="button"
            className="quiet"
            onClick={() => onChange(functions.filter((each) => each.key !== key))}
          >
            Remove {name || 'this function'}
          </button>
        </fieldset>
      ))}
      <button type="button" className="quiet" onClick={() => onChange([...functions, newFunction()])}>
        Add a function
      </button>
    </fieldset>
  );
}

function newFunction(): FunctionDraft {
  return { key: crypto.randomUUID(), name: '', description: '', parameters: '' };
}

export function draftOf(tools: Assistant['tools']): readonly FunctionDraft[] {
  return tools.flatMap((tool) =>
    tool.__typename === 'FunctionTool'
      ? {
          key: crypto.randomUUID(),
          name: tool.name,
          description: tool.description ?? '',
          parameters: tool.parameters === null ? '' : JSON.stringify(tool.parameters, null, 2),
        }
      : [],
  );
}

/** What is wrong with the functions, if anything. */
export function problemWith(functions: readonly FunctionDraft[]): string | undefined {
  const wrong = functions.find(({ parameters }) => schemaIn(parameters) === 'invalid');
  return wrong && `The arguments of ${wrong.name} must be a JSON Schema: a JSON object.`;
}

/** @param builtIn names of built-in tools */
export function toolsOf(
  functions: readonly FunctionDraft[],
  builtIn: readonly string[],
): AssistantToolInput[] {
  const known = (['RETRIEVAL', 'CODE_INTERPRETER'] as const).filter((name) => builtIn.includes(name));
  return [
    ...known.map((name) => ({ builtIn: name })),
    ...functions.map(({ name, description, parameters }) => {
      const schema = schemaIn(parameters);
      return {
        function: {
          name,
          description: description || null,
          parameters: schema === 'invalid' ? null : schema,
        },
      };
    }),
  ];
}

function schemaIn(text: string): Record<string, unknown> | null | 'invalid' {
  if (text.trim() === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : 'invalid';
  } catch {
    return 'invalid';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
