import type { RestClient } from '../rest/client.ts';
import type { Loaders } from './loaders.ts';
import { getters, type NodeIds, type NodeObject, type NodeType, pathOf } from './node-types.ts';

/**
 * What stands behind an object of the graph: which object it is, and the REST object itself once somebody needed it.
 * Within a loader set there is one reference for each object.
 */
export class Reference<Type extends NodeType> {
  readonly type: Type;
  readonly ids: NodeIds<Type>;
  /** The set that this reference reads through, and all that hangs on it. */
  readonly loaders: Loaders;
  /** Of a message: the REST id of the run that wrote it, where whoever refers to it knows. */
  writtenBy: string | undefined;
  #object: NodeObject<Type> | undefined;

  constructor(type: Type, ids: NodeIds<Type>, loaders: Loaders) {
    this.type = type;
    this.ids = ids;
    this.loaders = loaders;
  }

  /** The REST ids from the root down. */
  get path(): string[] {
    return pathOf(this.type, this.ids);
  }

  /** The object's own REST id. */
  get restId(): string {
    return this.path.at(-1) ?? '';
  }

  /** The REST object, where it is there already. */
  get object(): NodeObject<Type> | undefined {
    return this.#object;
  }

  /** The REST object: at once where it is there, else read, once. @throws what {@link RestClient.call} throws. */
  load(): NodeObject<Type> | Promise<NodeObject<Type>> {
    return this.#object ?? this.#loaded();
  }

  /** Takes what a GET or a write answered, in place of whatever was there. */
  set(object: NodeObject<Type>): this {
    this.#object = object;
    return this;
  }

  /** Takes what a list said, unless something is there already: that may be newer. */
  offer(object: NodeObject<Type>): this {
    this.#object ??= object;
    return this;
  }

  /** Reads the object with a GET of its own, whatever else might bring it. */
  async get(rest: RestClient): Promise<void> {
    this.set(await getters[this.type](rest, this.ids));
  }

  async #loaded(): Promise<NodeObject<Type>> {
    await this.loaders.load(this);
    if (this.#object === undefined) throw new Error(`Loading ${this.type} ${this.restId} brought nothing`);
    return this.#object;
  }
}
