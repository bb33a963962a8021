import type { RestClient } from '../rest/client.ts';
import type { Loaders } from './loaders.ts';
import { getObject, idsOf, type NodeIds, type NodeObject, type NodeType } from './node-types.ts';

/**
 * The source object of a graph object: its ids, and the REST object once it is needed. A set of loaders has one
 * reference for each object.
 */
export class Reference<Type extends NodeType> {
  readonly type: Type;
  /** The REST ids from the root down. */
  readonly path: readonly string[];
  /** The loaders that read this object and those that it links to. */
  readonly loaders: Loaders;
  /** For a message: the REST id of the run that wrote it, if the link to it implies one. */
  writtenBy: string | undefined;
  /** For a thread: its active run, or null if there is none, if a write has just told. */
  activeRun: Reference<'Run'> | null | undefined;
  #ids: NodeIds<Type> | undefined;
  #object: NodeObject<Type> | undefined;
  #loading: Promise<NodeObject<Type>> | undefined;
  #waiting = 0;

  constructor(type: Type, path: readonly string[], loaders: Loaders) {
    this.type = type;
    this.path = path;
    this.loaders = loaders;
  }

  /** The REST ids by their names. */
  get ids(): NodeIds<Type> {
    this.#ids ??= idsOf(this.type, this.path);
    return this.#ids;
  }

  /** The object's own REST id. */
  get restId(): string {
    return this.path.at(-1) ?? '';
  }

  /** The REST object, if it is loaded. */
  get object(): NodeObject<Type> | undefined {
    return this.#object;
  }

  /** How often the object was needed before it was loaded. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The REST object: synchronously if it is loaded, else read, at most once. @throws what {@link RestClient.call} throws */
  load(): NodeObject<Type> | Promise<NodeObject<Type>> {
    if (this.#object !== undefined) return this.#object;
    this.#waiting++;
    this.#loading ??= this.#loaded();
    return this.#loading;
  }

  /** Stores the result of a GET or a write, replacing any earlier object. */
  set(object: NodeObject<Type>): this {
    this.#object = object;
    return this;
  }

  /** Stores a list item, unless an object is loaded already: that one may be newer. */
  offer(object: NodeObject<Type>): this {
    this.#object ??= object;
    return this;
  }

  /** Reads the object with a GET of its own. */
  async get(rest: RestClient): Promise<void> {
    this.set(await getObject(rest, this.type, this.ids));
  }

  async #loaded(): Promise<NodeObject<Type>> {
    await this.loaders.load(this);
    if (this.#object === undefined) throw new Error(`Loading ${this.type} ${this.restId} left it unloaded`);
    return this.#object;
  }
}
