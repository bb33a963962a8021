/** Which responses a client can read, by the rules with which yoga picks the format of a response. */

const JSON_TYPES = ['application/graphql-response+json', 'application/json'];
const RESPONSE_TYPES = [...JSON_TYPES, 'text/event-stream', 'multipart/mixed'];
const EVENT_TYPES = ['text/event-stream', 'text/*'];

/** @param accept the Accept header. Without one, a client reads anything */
export function acceptsJson(accept: string | null): boolean {
  return jsonTypeFor(accept ?? undefined) !== undefined;
}

/** Accept headers that are read once: clients send few different ones. */
const KNOWN_HEADERS = 100;
/** Of such a header, in characters. */
const KNOWN_LENGTH = 200;
const jsonTypes = new Map<string, string | undefined>();

/** @param accept the Accept header @returns the media type of JSON in which a client wants a response; undefined if it reads none */
export function jsonTypeFor(accept = '*/*'): string | undefined {
  if (jsonTypes.has(accept)) return jsonTypes.get(accept);
  const type = typesIn(accept || '*/*')
    .map((pattern) => JSON_TYPES.findLast((each) => isMatch(pattern, each)))
    .find((each) => each !== undefined);
  if (jsonTypes.size < KNOWN_HEADERS && accept.length <= KNOWN_LENGTH) jsonTypes.set(accept, type);
  return type;
}

/** Whether a client can read a response to anything but a subscription. */
export function acceptsResponses(accept: string | null): boolean {
  const accepted = typesIn(accept || '*/*');
  return RESPONSE_TYPES.some((type) => accepted.some((pattern) => isMatch(pattern, type)));
}

/**
 * Whether a client can read server-sent events. The type `*` is what clients send that read JSON only, such as `fetch` without
 * headers: they would wait for the end of the stream.
 */
export function acceptsEvents(accept: string | null): boolean {
  return typesIn(accept ?? '').some((type) => EVENT_TYPES.includes(type));
}

/** Without those in another encoding than UTF-8. */
function typesIn(accept: string): string[] {
  return accept
    .replace(/\s/g, '')
    .toLowerCase()
    .split(',')
    .flatMap((item) => {
      const [type = '', ...params] = item.split(';');
      const charset = params.find((param) => param.includes('charset=')) ?? 'charset=utf-8';
      return charset === 'charset=utf-8' ? type : [];
    });
}

function isMatch(pattern: string, type: string): boolean {
  const [group, name] = pattern.split('/');
  const [typeGroup, typeName] = type.split('/');
  return (group === '*' || group === typeGroup) && (name === '*' || name === typeName);
}
