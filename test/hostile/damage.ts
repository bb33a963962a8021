/** All the ways in which one value of an answer can be wrong. */
import type { Wire } from './samples.ts';

export interface Damage {
  /** Such as `content.0.text.value is null`. */
  readonly name: string;
  /** The field of the object that holds the damaged value, or is it. */
  readonly field: string;
  readonly object: Wire;
}

const MISSING = Symbol('missing');

const wrongs: readonly unknown[] = [
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

/** Each value in the object in turn, however deep, replaced by each wrong one. */
export function damages(sample: Wire): Damage[] {
  return damagesAt(places(sample), wrongs, sample);
}

/** Each field of the object itself missing, null, of two other types, and unknown: what takes a request each. */
export function fieldDamages(sample: Wire): Damage[] {
  return damagesAt(
    Object.keys(sample).map((key) => [key]),
    [MISSING, null, 5, {}, 'from_the_future'],
    sample,
  );
}

function damagesAt(paths: readonly string[][], wrong: readonly unknown[], sample: Wire): Damage[] {
  return paths.flatMap((path) =>
    wrong.map((value) => ({
      name: `${path.join('.')} is ${value === MISSING ? 'missing' : JSON.stringify(value)}`,
      field: path[0] ?? '',
      object: replaced(sample, path, value),
    })),
  );
}

function places(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...places(inner).map((path) => [key, ...path]),
  ]);
}

function replaced(sample: Wire, path: readonly string[], wrong: unknown): Wire {
  const copy: Wire = structuredClone(sample);
  let place = copy;
  for (const key of path.slice(0, -1)) place = Object(place[key]);
  const last = path.at(-1) ?? '';
  if (wrong === MISSING) delete place[last];
  else place[last] = wrong;
  return copy;
}

/** The same instants in milliseconds, which some upstreams send. */
export function inMilliseconds(sample: Wire): Wire {
  const entries = Object.entries(sample).map(([key, value]) => [
    key,
    key.endsWith('_at') && typeof value === 'number' ? value * 1000 : value,
  ]);
  return Object.fromEntries(entries);
}
