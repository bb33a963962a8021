/**
 * Whether a client can read server-sent events, by the rules with which yoga picks the format of a response. Yoga starts a
 * subscription before it looks, and forgets one that it cannot send.
 *
 * @param accept the Accept header
 */
export function acceptsEvents(accept: string | null): boolean {
  const types = (accept ?? '*/*').replace(/\s/g, '').toLowerCase().split(',');
  return types.some((item) => {
    const [type = '', ...params] = item.split(';');
    const charset = params.find((param) => param.includes('charset=')) ?? 'charset=utf-8';
    return charset === 'charset=utf-8' && READABLE.includes(type);
  });
}

const READABLE = ['text/event-stream', 'text/*', '*/*'];
