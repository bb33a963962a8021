/**
 * What a client sees of an object that it named and that does not exist. The calls for child objects start without waiting
 * for the object itself (see `lookUp`), so a missing object shows as errors below it, wherever those calls happened to be.
 */
import { type ExecutionResult, GraphQLError } from 'graphql';
import type { LookUp } from '../context.ts';
import { isNotFound } from '../rest/errors.ts';

/**
 * Makes the outermost missing object null, with one NOT_FOUND error at its own path and no errors below it. Costs nothing
 * unless a call of the operation failed with 404; then it may read the named objects above that call.
 */
export async function withoutMissingObjects(
  result: ExecutionResult,
  lookUps: readonly LookUp[],
): Promise<ExecutionResult> {
  const { errors } = result;
  if (errors === undefined || !errors.some(isNotFoundError)) return result;
  const search = new MissingObjects(lookUps);
  const outermost = await Promise.all(errors.map((error) => search.above(error)));
  const reported = new Set<MissingObject>();
  const remaining = errors.flatMap((error, index) => {
    const missing = outermost[index] ?? search.known(error);
    if (missing === undefined) return error;
    if (reported.has(missing)) return [];
    reported.add(missing);
    setNull(result.data, missing.path);
    return missing.error;
  });
  return { ...result, errors: remaining };
}

type ResultPath = readonly (string | number)[];

interface MissingObject {
  readonly path: ResultPath;
  readonly error: GraphQLError;
}

class MissingObjects {
  readonly #lookUps = new Map<string, LookUp>();
  readonly #found = new Map<LookUp, Promise<MissingObject | undefined>>();
  readonly #missing = new Map<string, MissingObject>();

  constructor(lookUps: readonly LookUp[]) {
    for (const lookUp of lookUps) this.#lookUps.set(keyOf(pathOf(lookUp)), lookUp);
  }

  /** The outermost missing object above a call that failed with 404, or the one that it was for. */
  async above(error: GraphQLError): Promise<MissingObject | undefined> {
    if (!isNotFoundError(error)) return undefined;
    for (const key of prefixesOf(error.path)) {
      const lookUp = this.#lookUps.get(key);
      const missing = lookUp && (await this.#read(lookUp));
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  /** The outermost object known to be missing at or above the path of an error. */
  known(error: GraphQLError): MissingObject | undefined {
    for (const key of prefixesOf(error.path)) {
      const missing = this.#missing.get(key);
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  #read(lookUp: LookUp): Promise<MissingObject | undefined> {
    const known = this.#found.get(lookUp);
    if (known !== undefined) return known;
    const found = missingObject(lookUp).then((missing) => {
      if (missing !== undefined) this.#missing.set(keyOf(missing.path), missing);
      return missing;
    });
    this.#found.set(lookUp, found);
    return found;
  }
}

/** Undefined if the object exists, or if reading it fails otherwise: then the errors below it stay as they are. */
async function missingObject(lookUp: LookUp): Promise<MissingObject | undefined> {
  try {
    await lookUp.reference.load();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || !isNotFound(error)) return undefined;
    const path = pathOf(lookUp);
    const { fieldNodes: nodes } = lookUp;
    return { path, error: new GraphQLError(error.message, { nodes, path, originalError: error }) };
  }
}

/** A 404 that was taken for one about a cursor may be about the object whose list it is. */
function isNotFoundError({ originalError, extensions }: GraphQLError): boolean {
  return isNotFound(originalError) || isNotFoundUpstream(extensions.upstream);
}

function isNotFoundUpstream(upstream: unknown): boolean {
  return typeof upstream === 'object' && upstream !== null && 'status' in upstream && upstream.status === 404;
}

function pathOf(lookUp: LookUp): ResultPath {
  const path: (string | number)[] = [];
  for (let place: LookUp['path'] | undefined = lookUp.path; place !== undefined; place = place.prev) {
    path.unshift(place.key);
  }
  return path;
}

function keyOf(path: ResultPath): string {
  return path.join('.');
}

/** The keys of a path and of the paths above it, the outermost first. */
function prefixesOf(path: ResultPath = []): string[] {
  return path.map((_, index) => keyOf(path.slice(0, index + 1)));
}

/** Does nothing if an object further out is null already. */
function setNull(data: unknown, path: ResultPath): void {
  let parent: unknown = data;
  for (const key of path.slice(0, -1)) parent = isContainer(parent) ? parent[key] : undefined;
  const last = path.at(-1);
  if (isContainer(parent) && last !== undefined) parent[last] = null;
}

function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
