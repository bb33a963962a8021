/** How fields resolve to objects of the graph, and which calls that takes. docs/loaders.md explains the rules. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import {
  fieldSelectsOnlyIdentity,
  fieldSelectsOwnFields,
  fieldStartsWithoutLoad,
} from '../fields/selection.ts';
import type { NodeIds, NodeObject, NodeType } from '../loaders/node-types.ts';
import type { Reference } from '../loaders/reference.ts';
import { isNotFound } from '../rest/errors.ts';

/** Applies `project` to the object: synchronously if the object is loaded, otherwise once it has been read. */
export function whenLoaded<Type extends NodeType, Value>(
  reference: Reference<Type>,
  project: (object: NodeObject<Type>) => Value | Promise<Value>,
): Value | Promise<Value> {
  const object = reference.load();
  return object instanceof Promise ? object.then(project) : project(object);
}

/** The resolver of a field that needs only the object itself. */
export function own<Type extends NodeType, Value>(
  project: (object: NodeObject<Type>, reference: Reference<Type>) => Value,
): (reference: Reference<Type>) => Value | Promise<Value> {
  return (reference) => whenLoaded(reference, (object) => project(object, reference));
}

/**
 * Resolves to an object that the client named. The calls for its child objects start at once, without waiting for the
 * object, and tell whether it exists. If no such call is selected, the object itself is loaded. missing-object.ts decides
 * what the client sees if it does not exist.
 */
export function lookUp<Type extends NodeType>(
  reference: Reference<Type>,
  info: GraphQLResolveInfo,
  { lookUps }: Context,
  path = info.path,
): Reference<Type> | Promise<Reference<Type>> {
  lookUps.push({ reference, path, fieldNodes: info.fieldNodes });
  return fieldStartsWithoutLoad(info, reference.type) ? reference : loaded(reference);
}

/** {@link lookUp} for each item of the argument `ids`. An ID that is invalid or missing affects its own item only. */
export function lookUpEach<Type extends NodeType>(
  ids: readonly string[],
  toReference: (id: string, argument: string) => Reference<Type>,
  info: GraphQLResolveInfo,
  ctx: Context,
): Promise<Reference<Type>>[] {
  return ids.map(async (id, index) => {
    const path = { prev: info.path, key: index, typename: undefined };
    return lookUp(toReference(id, `ids[${index}]`), info, ctx, path);
  });
}

/**
 * Resolves to an object that another object links to. Costs nothing if only its identity is selected, which then does not
 * show whether it exists. Otherwise it is loaded first, and null if it no longer exists.
 */
export function link<Type extends NodeType>(
  reference: Reference<Type>,
  info: GraphQLResolveInfo,
): Reference<Type> | Promise<Reference<Type> | null> {
  if (reference.object !== undefined || fieldSelectsOnlyIdentity(info, reference.type)) return reference;
  return loaded(reference).catch((error: unknown) => {
    if (isNotFound(error)) return null;
    throw error;
  });
}

/** Resolves to an object that a write has just shown to exist. It is read only if a field of its own is selected. */
export function existing<Type extends NodeType>(
  reference: Reference<Type>,
  info: GraphQLResolveInfo,
): Reference<Type> | Promise<Reference<Type>> {
  const isReady = reference.object !== undefined || !fieldSelectsOwnFields(info, reference.type);
  return isReady ? reference : loaded(reference);
}

/** The object that a write returned. What is selected below it is read by loaders of its own. */
export function written<Type extends NodeType>(
  ctx: Context,
  type: Type,
  ids: NodeIds<Type>,
  object: NodeObject<Type>,
): Reference<Type> {
  return ctx.freshLoaders().reference(type, ids).set(object);
}

/** The IDs of an object that a write deleted. */
export function deleted<Type extends NodeType>(
  ctx: Context,
  type: Type,
  ids: NodeIds<Type>,
): Reference<Type> {
  return ctx.freshLoaders().reference(type, ids);
}

async function loaded<Type extends NodeType>(reference: Reference<Type>): Promise<Reference<Type>> {
  await reference.load();
  return reference;
}
