const TERMINAL = new Set(['cancelled', 'failed', 'completed', 'incomplete', 'expired']);

/** True once a run's status can no longer change; false for unknown statuses. */
export function isTerminal(status: string): boolean {
  return TERMINAL.has(status);
}
