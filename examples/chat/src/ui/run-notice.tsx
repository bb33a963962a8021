import type { LiveRun } from '../data/follow-run.ts';
import type { RunEndFragment, RunPartsFragment, RunStatus } from '../data/generated/operations.ts';
import { hasEnded } from '../data/run-state.ts';

interface RunNoticeProps {
  readonly live: LiveRun | undefined;
  readonly newest: RunPartsFragment | undefined;
}

/** What the newest run is doing, or how it ended if it ended badly. */
export function RunNotice({ live, newest }: RunNoticeProps) {
  const run = live?.state ?? newest;
  if (run === undefined) return null;
  const { watchError } = live?.state ?? {};
  if (watchError) return <p className="run-notice">The answer cannot be followed: {watchError.message}</p>;
  const isWriting = live?.state.items.at(-1)?.kind === 'message';
  if (!hasEnded(run)) return isWriting ? null : <Waiting status={run.status} />;
  const sentence = endOf(run);
  return sentence === undefined ? null : <p className="run-notice">{sentence}</p>;
}

function Waiting({ status }: { readonly status: RunStatus }) {
  if (status === 'REQUIRES_ACTION') return null;
  return (
    <p className="run-notice waiting">
      <span className="dots" aria-hidden="true" />
      {status === 'QUEUED' ? 'Waiting to begin' : status === 'CANCELLING' ? 'Stopping' : 'Thinking'}
    </p>
  );
}

/** Undefined if the run ended well. */
function endOf({ status, lastError, incompleteReason }: RunEndFragment & { readonly status: RunStatus }) {
  switch (status) {
    case 'FAILED':
      return `The answer failed: ${lastError?.message || 'the server did not say why'}`;
    case 'CANCELLED':
      return 'The answer was stopped.';
    case 'EXPIRED':
      return 'The answer was not finished in time.';
    case 'INCOMPLETE':
      return incompleteReason === 'MAX_PROMPT_TOKENS'
        ? 'The answer was cut off: the conversation is longer than the run allows.'
        : 'The answer was cut off: it is longer than the run allows.';
    default:
      return undefined;
  }
}
