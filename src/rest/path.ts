import { InvalidIdError } from './errors.ts';

/**
 * Encodes an id as one path segment. Ids are opaque and never parsed.
 *
 * @throws InvalidIdError for an id that would name another resource (empty, `.`, `..`, or containing a slash) or is not
 * well-formed Unicode
 */
export function pathSegment(id: string): string {
  if (!isId(id)) throw new InvalidIdError(id);
  return encodeURIComponent(id);
}

/** Whether a text is valid as an id in a path, and in a path of ids joined by slashes. */
export function isId(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !text.includes('/') && isWellFormed(text);
}

/** Fills the `{names}` of an operation's path. @throws InvalidIdError as {@link pathSegment} does. */
export function fillPath(path: string, ids: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => pathSegment(String(ids[name] ?? '')));
}

/** The names of the ids in a path, from the root down. */
export function pathIdNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
}

function isWellFormed(id: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(id);
}
