import type { ServerResponse } from 'node:http';

export const json = { 'content-type': 'application/json' };

/** A message as the REST API sends it. */
export function message(id: string, text = '', changes: { readonly thread_id?: string | undefined } = {}) {
  return {
    id,
    thread_id: 'thread_1',
    created_at: 1_700_000_000,
    role: 'user',
    content: [{ type: 'text', text: { value: text, annotations: [] } }],
    ...changes,
  };
}

/** A body of this length, by the length of a text in it. */
export function padded(bytes: number, body: (text: string) => string): string {
  return body('x'.repeat(bytes - body('').length));
}

/** In pieces, without a content-length. */
export function sendChunked(response: ServerResponse, body: string): void {
  response.writeHead(200, json);
  for (let start = 0; start < body.length; start += 100_000)
    response.write(body.slice(start, start + 100_000));
  response.end();
}
