/** The credential that the user entered, until the tab is closed. */
const KEY = 'assistants-chat:credential';

export function readCredential(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param credential undefined to forget it */
export function storeCredential(credential: string | undefined): void {
  try {
    if (credential === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, credential);
  } catch {
    // The storage is turned off: the credential lives as long as the page.
  }
}
