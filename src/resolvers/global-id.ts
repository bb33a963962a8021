/**
 * Relay global ids: base64url of `Type:ids`, the REST ids from the root down joined by slashes. An argument of a known
 * type also takes the REST ids as they are.
 */
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
import { badUserInput } from './errors.ts';

/** An id, decoded: which type of object, and its REST ids from the root down. */
export interface GlobalId {
  readonly type: NodeType;
  readonly path: readonly string[];
}

/** @param path the REST ids from the root down */
export function encodeGlobalId(type: NodeType, path: readonly string[]): string {
  return Buffer.from(`${type}:${path.join('/')}`, 'utf8').toString('base64url');
}

/**
 * Undefined for what is no global id. It is one if it decodes, encodes back to the same text, and names a type of ours
 * with as many ids as that type has; so a REST id is never taken for one.
 */
export function decodeGlobalId(text: string): GlobalId | undefined {
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const colon = decoded.indexOf(':');
  const type = decoded.slice(0, colon);
  if (colon < 0 || !isNodeType(type)) return undefined;
  const path = decoded.slice(colon + 1).split('/');
  if (path.length !== depthOf(type) || encodeGlobalId(type, path) !== text) return undefined;
  return { type, path };
}

/** The ids in an argument of type ID that names an object from the root. @throws BAD_USER_INPUT naming `argument`. */
export function requireIds<Type extends NodeType>(type: Type, text: string, argument: string): NodeIds<Type> {
  return idsOf(type, requirePath(type, text, argument));
}

/**
 * The ids in an argument that names an object below `parent`: its global id, its whole REST path or only its own id.
 *
 * @throws BAD_USER_INPUT naming `argument`, also where the path leads through another parent.
 */
export function requireChildIds<Type extends ListedType>(
  type: Type,
  parent: ParentIds<Type>,
  text: string,
  argument: string,
): NodeIds<Type> {
  const isOwnIdAlone = decodeGlobalId(text) === undefined && !text.includes('/');
  if (isOwnIdAlone) return childIds(type, parent, requireSegment(text, argument));
  const ids = idsOf(type, requirePath(type, text, argument));
  const own = pathOf(type, ids);
  if (pathOf(type, childIds(type, parent, own.at(-1) ?? '')).join('/') !== own.join('/')) {
    throw badUserInput(argument, `names ${aOrAn(type)} that does not belong here`);
  }
  return ids;
}

function requirePath(type: NodeType, text: string, argument: string): readonly string[] {
  const global = decodeGlobalId(text);
  if (global !== undefined && global.type !== type) {
    throw badUserInput(
      argument,
      `is the id of ${aOrAn(global.type)}, where that of ${aOrAn(type)} is expected`,
    );
  }
  const path = global?.path ?? text.split('/');
  if (path.length !== depthOf(type)) {
    throw badUserInput(
      argument,
      `is neither a global id nor the REST path of ${aOrAn(type)}, which has ${segments(type)}`,
    );
  }
  return path.map((id) => requireSegment(id, argument));
}

function requireSegment(id: string, argument: string): string {
  try {
    pathSegment(id);
  } catch {
    throw badUserInput(argument, 'holds an id that is empty or cannot stand in a path');
  }
  return id;
}

function aOrAn(type: NodeType): string {
  return `${type.startsWith('A') ? 'an' : 'a'} ${type}`;
}

function segments(type: NodeType): string {
  const depth = depthOf(type);
  return depth === 1 ? 'one id' : `${depth} ids joined by slashes`;
}
