/**
 * Relay global IDs: base64url of `Type:ids`, where `ids` are the REST IDs from the root down, joined by slashes. An argument
 * of a known type also accepts those REST IDs as they are.
 */
import { badUserInput } from '../errors.ts';
import type { NodeIds, NodeType } from '../loaders/node-types.ts';
import {
  childIds,
  depthOf,
  idsOf,
  isNodeType,
  type ListedType,
  type ParentIds,
  pathOf,
} from '../loaders/node-types.ts';
import { pathSegment } from '../rest/path.ts';

/**
 * Maximum length of an ID or a cursor in an argument, in characters: enough for a global ID of three REST IDs of 120
 * characters each. Longer ones are not decoded.
 */
export const MAX_ID_LENGTH = 512;

/** A decoded global ID. */
export interface GlobalId {
  readonly type: NodeType;
  /** REST IDs, from the root down. */
  readonly path: readonly string[];
}

/** @param path REST IDs, from the root down */
export function encodeGlobalId(type: NodeType, path: readonly string[]): string {
  return Buffer.from(`${type}:${path.join('/')}`, 'utf8').toString('base64url');
}

/**
 * Undefined if the text is not a global ID. A global ID names a node type, has as many REST IDs as that type, and encodes
 * back to the same text, so that a REST ID is never mistaken for one.
 */
export function decodeGlobalId(text: string): GlobalId | undefined {
  if (text.length > MAX_ID_LENGTH) return undefined;
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const colon = decoded.indexOf(':');
  const type = decoded.slice(0, colon);
  if (colon < 0 || !isNodeType(type)) return undefined;
  const path = decoded.slice(colon + 1).split('/');
  if (path.length !== depthOf(type) || encodeGlobalId(type, path) !== text) return undefined;
  return { type, path };
}

/** @throws BAD_USER_INPUT naming `argument` if an ID or a cursor is too long */
export function requireIdLength<T extends string | null | undefined>(text: T, argument: string): T {
  if (!text || text.length <= MAX_ID_LENGTH) return text;
  throw badUserInput(argument, `must be at most ${MAX_ID_LENGTH} characters long`);
}

/** The IDs in an argument that takes a global ID or a whole REST path. @throws BAD_USER_INPUT naming `argument` */
export function requireIds<Type extends NodeType>(type: Type, text: string, argument: string): NodeIds<Type> {
  return idsOf(type, requirePath(type, text, argument));
}

/**
 * The IDs in an argument that names an object below `parent`: by its global ID, its whole REST path, or its own REST ID.
 *
 * @throws BAD_USER_INPUT naming `argument`, also for an object below another parent
 */
export function requireChildIds<Type extends ListedType>(
  type: Type,
  parent: ParentIds<Type>,
  text: string,
  argument: string,
): NodeIds<Type> {
  requireIdLength(text, argument);
  const isOwnIdOnly = decodeGlobalId(text) === undefined && !text.includes('/');
  if (isOwnIdOnly) return childIds(type, parent, requireSegment(text, argument));
  const ids = idsOf(type, requirePath(type, text, argument));
  const own = pathOf(type, ids);
  if (pathOf(type, childIds(type, parent, own.at(-1) ?? '')).join('/') !== own.join('/')) {
    throw badUserInput(argument, `must name ${aOrAn(type)} of this parent`);
  }
  return ids;
}

function requirePath(type: NodeType, text: string, argument: string): readonly string[] {
  const global = decodeGlobalId(requireIdLength(text, argument));
  if (global !== undefined && global.type !== type) {
    throw badUserInput(argument, `must be the ID of ${aOrAn(type)}, not of ${aOrAn(global.type)}`);
  }
  const path = global?.path ?? text.split('/');
  if (path.length !== depthOf(type)) {
    throw badUserInput(
      argument,
      `must be the global ID or the REST path of ${aOrAn(type)}, which has ${segments(type)}`,
    );
  }
  return path.map((id) => requireSegment(id, argument));
}

function requireSegment(id: string, argument: string): string {
  try {
    pathSegment(id);
  } catch {
    throw badUserInput(argument, 'must not contain an ID that is empty or not valid in a path');
  }
  return id;
}

function aOrAn(type: NodeType): string {
  return `${type.startsWith('A') ? 'an' : 'a'} ${type}`;
}

function segments(type: NodeType): string {
  const depth = depthOf(type);
  return depth === 1 ? 'one ID' : `${depth} IDs joined by slashes`;
}
