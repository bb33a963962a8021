/** A `fetch` for client libraries that records what each request has, such as `GET hash` or `POST hash text`. */
export function createRecorder() {
  const requests: string[] = [];
  const recordingFetch: typeof fetch = (input, init) => {
    const { searchParams } = new URL(String(input));
    const body = typeof init?.body === 'string' ? init.body : '{}';
    const { query = searchParams.get('query'), extensions } = JSON.parse(body);
    const { persistedQuery } = extensions ?? JSON.parse(searchParams.get('extensions') ?? '{}');
    const parts = [init?.method, persistedQuery && 'hash', query && 'text'];
    requests.push(parts.filter(Boolean).join(' '));
    return fetch(input, init);
  };
  return { requests, fetch: recordingFetch };
}
