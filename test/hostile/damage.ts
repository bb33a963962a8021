/** The sample objects with one invalid value each. */
import type { Wire } from './samples.ts';

export interface Damage {
  /** Such as `content.0.text.value is null`. */
  readonly name: string;
  /** The top-level field that is or contains the invalid value. */
  readonly field: string;
  readonly object: Wire;
}

const MISSING = Symbol('missing');

const invalidValues: readonly unknown[] = [
  MISSING,
  null,
  true,
  5,
  -1,
  1e300,
  2 ** 31,
  '',
  'from_the_future',
  '5',
  'a/b',
  '..',
  [],
  [null],
  [5, 'x', {}],
  {},
  { type: 'from_the_future' },
  { type: null, id: 5, text: {}, start_index: 'x' },
  // String() throws for this object.
  { toString: 5, valueOf: 5 },
];

/** Replaces each value in the object, at any depth, with each of the invalid values. */
export function damages(sample: Wire): Damage[] {
  return damagesAt(pathsIn(sample), invalidValues, sample);
}

/** Replaces each top-level field with a few invalid values, for tests that send a request for each. */
export function fieldDamages(sample: Wire): Damage[] {
  return damagesAt(
    Object.keys(sample).map((key) => [key]),
    [MISSING, null, 5, {}, 'from_the_future'],
    sample,
  );
}

function damagesAt(paths: readonly string[][], values: readonly unknown[], sample: Wire): Damage[] {
  return paths.flatMap((path) =>
    values.map((value) => ({
      name: `${path.join('.')} is ${value === MISSING ? 'missing' : JSON.stringify(value)}`,
      field: path[0] ?? '',
      object: replaced(sample, path, value),
    })),
  );
}

function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...pathsIn(inner).map((path) => [key, ...path]),
  ]);
}

function replaced(sample: Wire, path: readonly string[], value: unknown): Wire {
  const copy: Wire = structuredClone(sample);
  let target = copy;
  for (const key of path.slice(0, -1)) target = Object(target[key]);
  const last = path.at(-1) ?? '';
  if (value === MISSING) delete target[last];
  else target[last] = value;
  return copy;
}

/** The same times in milliseconds, as some upstreams send them. */
export function inMilliseconds(sample: Wire): Wire {
  const entries = Object.entries(sample).map(([key, value]) => [
    key,
    key.endsWith('_at') && typeof value === 'number' ? value * 1000 : value,
  ]);
  return Object.fromEntries(entries);
}
