import type { GraphQLResolveInfo } from 'graphql';

type Path = GraphQLResolveInfo['path'];

/** A part of a response that values are put into. Lists have numbers as keys. */
export type Container = Record<string | number, unknown>;

/** Where an object or a list stands in a response. */
export class Place implements Path {
  readonly prev: Place | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
  readonly nullable: boolean;
  /** What holds it under its key. */
  readonly container: Container;
  /** How many values in it are waited for. A place that waits counts as one value of the place around it. */
  waiting = 0;
  /** Whether it became null, because a value in it must not be. */
  isNull = false;

  constructor(
    prev: Place | undefined,
    key: string | number,
    typename: string | undefined,
    nullable: boolean,
    container: Container,
  ) {
    this.prev = prev;
    this.key = key;
    this.typename = typename;
    this.nullable = nullable;
    this.container = container;
  }
}

/** @param place undefined for the root of the response */
export function pathTo(place: Place | undefined, key: string | number): (string | number)[] {
  const path = [key];
  for (let each = place; each !== undefined; each = each.prev) path.push(each.key);
  return path.reverse();
}
