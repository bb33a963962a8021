/** A schema like the graph's, in which every value is made up from its path: present, null, failed, or there later. */
import {
  buildSchema,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  printSchema,
} from 'graphql';
import { schema } from '../../src/schema/index.ts';

type Path = GraphQLResolveInfo['path'] | undefined;

/** How often something goes wrong, out of 100 values. */
export interface Odds {
  readonly failure: number;
  readonly null: number;
}

/** @param seed for other values at the same paths */
export function randomSchema(seed: number, odds: Odds): GraphQLSchema {
  const random = buildSchema(printSchema(schema));
  for (const type of Object.values(random.getTypeMap())) {
    if (isAbstractType(type)) {
      const names = random.getPossibleTypes(type).map(({ name }) => name);
      type.resolveType = (value) => names[Object(value).number % names.length];
    }
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      field.resolve = (_source, _args, _context, info) => valueAt(info.path, field.type, seed, odds);
    }
  }
  return random;
}

function valueAt(path: Path, type: GraphQLOutputType, seed: number, odds: Odds): unknown {
  const number = hashOf(path, seed);
  const kind = number % 100;
  const isLater = Math.floor(number / 100) % 3 === 0;
  if (kind < odds.failure) {
    const error = new Error(`failed ${number % 7}`);
    if (isLater) return later(number).then(() => Promise.reject(error));
    if (kind % 2 === 0) return error;
    throw error;
  }
  const value = kind < odds.failure + odds.null ? null : presentAt(path, type, number, seed, odds);
  return isLater ? later(number).then(() => value) : value;
}

function presentAt(path: Path, type: GraphQLOutputType, number: number, seed: number, odds: Odds): unknown {
  if (isNonNullType(type)) return presentAt(path, type.ofType, number, seed, odds);
  if (isListType(type)) {
    return Array.from({ length: number % 4 }, (_, index) =>
      itemAt({ prev: path, key: index, typename: undefined }, type.ofType, seed, odds),
    );
  }
  if (isEnumType(type)) return type.getValues()[number % type.getValues().length]?.value;
  if (isScalarType(type)) return { Boolean: true, Int: 5, Float: 0.5 }[type.name] ?? `text ${number}`;
  return { number };
}

/** Where items can fail, all come later: graphql-js leaves rejections of others unhandled if one fails at once. */
function itemAt(path: Path, type: GraphQLOutputType, seed: number, odds: Odds): unknown {
  if (odds.failure + odds.null === 0) return valueAt(path, type, seed, odds);
  return later(hashOf(path, seed)).then(() => valueAt(path, type, seed, odds));
}

/** Fulfilled after one of a few turns of the microtask queue. */
async function later(number: number): Promise<void> {
  for (let turn = 0; turn < number % 5; turn++) await undefined;
}

function hashOf(path: Path, seed: number): number {
  let hash = seed + 1;
  for (let place = path; place !== undefined; place = place.prev) {
    for (const character of String(place.key)) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_003;
    hash = (hash * 7919 + 17) % 1_000_003;
  }
  return hash;
}
