import { useSyncExternalStore } from 'react';

/** The fragment of the page's address, in which it keeps what it shows: a reload and the back button find it there. */
export function useHash(): [value: string | undefined, set: (value: string | undefined) => void] {
  const hash = useSyncExternalStore(onChange, () => location.hash);
  const value = decoded(hash.slice(1));
  return [value === '' ? undefined : value, setHash];
}

function setHash(value: string | undefined): void {
  location.hash = value === undefined ? '' : encodeURIComponent(value);
}

function onChange(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
