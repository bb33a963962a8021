/**
 * Whether a client can read server-sent events. Otherwise by the rules with which yoga picks the format of a response, which
 * starts a subscription before it looks, and forgets one that it cannot send. The type `*` is what clients send that read JSON
 * only, such as `fetch` without headers: they would wait for the end of the stream.
 *
 * @param accept the Accept header
 */
export function acceptsEvents(accept: string | null): boolean {
  const types = (accept ?? '').replace(/\s/g, '').toLowerCase().split(',');
  return types.some((item) => {
    const [type = '', ...params] = item.split(';');
    const charset = params.find((param) => param.includes('charset=')) ?? 'charset=utf-8';
    return charset === 'charset=utf-8' && READABLE.includes(type);
  });
}

const READABLE = ['text/event-stream', 'text/*'];
