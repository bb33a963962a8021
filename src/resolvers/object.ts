/** How a field becomes an object of the graph, and what it costs: told by rules in docs/loaders.md. */
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { fieldSelectsOnlyIdentity, fieldStartsWithoutLoad } from '../fields/selection.ts';
import type { NodeObject, NodeType } from '../loaders/node-types.ts';
import type { Reference } from '../loaders/reference.ts';
import { isNotFound } from './errors.ts';

/** What `project` makes of the object: at once where the object is there, else when it has been read. */
export function whenLoaded<Type extends NodeType, Value>(
  reference: Reference<Type>,
  project: (object: NodeObject<Type>) => Value | Promise<Value>,
): Value | Promise<Value> {
  const object = reference.load();
  return object instanceof Promise ? object.then(project) : project(object);
}

/** The resolver of a field that shows something of the object itself. */
export function own<Type extends NodeType, Value>(
  project: (object: NodeObject<Type>, reference: Reference<Type>) => Value,
): (reference: Reference<Type>) => Value | Promise<Value> {
  return (reference) => whenLoaded(reference, (object) => project(object, reference));
}

/**
 * An object that the client named. The calls for its child objects start at once, without waiting for the object, and
 * tell whether it exists. If no such call is selected, the object itself is loaded. See missing-object.ts for what the
 * client sees of an object that does not exist.
 */
export function lookUp<Type extends NodeType>(
  reference: Reference<Type>,
  info: GraphQLResolveInfo,
  { lookUps }: Context,
): Reference<Type> | Promise<Reference<Type>> {
  lookUps.push({ reference, path: info.path, fieldNodes: info.fieldNodes });
  return fieldStartsWithoutLoad(info, reference.type) ? reference : loaded(reference);
}

/**
 * An object that another one points to. Free where only its identity is asked for, which then says nothing of its
 * existence; with more asked it is loaded first, and is null where it is gone.
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

async function loaded<Type extends NodeType>(reference: Reference<Type>): Promise<Reference<Type>> {
  await reference.load();
  return reference;
}
