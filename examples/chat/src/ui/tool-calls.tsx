import { type FormEvent, useState } from 'react';
import type { ToolOutputInput } from '../data/generated/operations.ts';
import type { Problem } from '../data/problem.ts';
import type { Call, CallRound } from '../data/run-state.ts';
import { Notice } from './notice.tsx';
import { pretty, visible } from './visible.ts';

interface ToolCallsProps {
  readonly round: CallRound;
  /** IDs of the calls whose outputs the run waits for. */
  readonly required: ReadonlySet<string>;
  readonly onSubmit: (outputs: readonly ToolOutputInput[]) => Promise<Problem | undefined>;
}

/** A round of tool calls. If the run waits for their outputs, it is a form. */
export function ToolCalls({ round, required, onSubmit }: ToolCallsProps) {
  const waiting = round.calls.filter(({ id }) => required.has(id));
  if (waiting.length > 0) return <OutputForm calls={waiting} onSubmit={onSubmit} />;
  return (
    <section className="calls" aria-label="Tool calls">
      {round.calls.map((call, index) => (
        <details key={call.id || index} open={round.status === 'IN_PROGRESS'}>
          <summary>
            <CallName call={call} /> {stateOf(call, round)}
          </summary>
          <Arguments call={call} />
          {call.output !== null && <Code label="Output" text={call.output} />}
        </details>
      ))}
    </section>
  );
}

function stateOf({ output, type }: Call, { status }: CallRound): string {
  if (status === 'IN_PROGRESS')
    return type === 'FUNCTION' && output === null ? 'is being called' : 'is running';
  return output === null && status !== 'COMPLETED' ? 'was not answered' : '';
}

interface OutputFormProps extends Pick<ToolCallsProps, 'onSubmit'> {
  readonly calls: readonly Call[];
}

function OutputForm({ calls, onSubmit }: OutputFormProps) {
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(
      await onSubmit(calls.map(({ id }) => ({ toolCallId: id, output: String(form.get(id) ?? '') }))),
    );
    setBusy(false);
  };
  return (
    <form className="calls waiting" aria-label="Outputs of tool calls" onSubmit={submit}>
      <p className="hint">The assistant calls your functions. Enter what they return.</p>
      {calls.map((call) => (
        <fieldset key={call.id} disabled={isBusy}>
          <legend>
            <CallName call={call} />
          </legend>
          <Arguments call={call} />
          <label>
            Output
            <textarea name={call.id} rows={2} dir="auto" />
          </label>
        </fieldset>
      ))}
      {problem && <Notice problem={problem} />}
      <button type="submit" className="primary" disabled={isBusy}>
        {calls.length === 1 ? 'Send output' : `Send ${calls.length} outputs`}
      </button>
    </form>
  );
}

const TOOLS: Readonly<Record<string, string>> = {
  CODE_INTERPRETER: 'Code interpreter',
  RETRIEVAL: 'File search',
};

function CallName({ call }: { readonly call: Call }) {
  return (
    <bdi className="call-name">
      {call.type === 'FUNCTION' ? visible(call.name) : (TOOLS[call.type] ?? 'Tool')}
    </bdi>
  );
}

function Arguments({ call }: { readonly call: Call }) {
  if (call.arguments === '') return null;
  return <Code label={call.type === 'CODE_INTERPRETER' ? 'Code' : 'Arguments'} text={call.arguments} />;
}

function Code({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <figure className="code">
      <figcaption>{label}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard. */}
      <pre dir="ltr" tabIndex={0}>
        {pretty(text)}
      </pre>
    </figure>
  );
}
