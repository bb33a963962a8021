/** Who is told when something changes. */
export interface Listeners {
  tell(): void;
  /** Calls the listener after each change. @returns ends that */
  readonly onChange: (listener: () => void) => () => void;
}

export function createListeners(): Listeners {
  const listeners = new Set<() => void>();
  return {
    tell() {
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
