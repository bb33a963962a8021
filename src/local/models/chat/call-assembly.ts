import { type ModelCall, ModelError } from '../model.ts';
import type { CallPart } from './chunk.ts';

/** A run accepts as many outputs at once. */
const MAX_CALLS = 128;
/** Characters of the names and arguments of all calls. */
const MAX_LENGTH = 256_000;

interface OpenCall {
  readonly index: number | undefined;
  readonly id: string | undefined;
  name: string;
  arguments: string;
}

/** Puts the calls together whose parts a model server streams. */
export class CallAssembly {
  readonly #calls: OpenCall[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  /** Throws a ModelError if there are too many calls, or if they are too long. */
  add(part: CallPart): void {
    const { name, arguments: json } = part.function ?? {};
    const piece = typeof json === 'object' && json !== null ? JSON.stringify(json) : (json ?? '');
    const call = this.#find(part) ?? this.#open(part);
    this.#length += piece.length + (call.name === '' ? (name?.length ?? 0) : 0);
    if (this.#length > MAX_LENGTH) {
      throw new ModelError('server_error', `The model wrote calls of more than ${MAX_LENGTH} characters.`);
    }
    // Some servers repeat the name with each part.
    if (call.name === '') call.name = name ?? '';
    call.arguments += piece;
  }

  /** The calls, in the order in which they began. Throws a ModelError if one is of none of these functions. */
  finish(functions: ReadonlySet<string>): ModelCall[] {
    return this.#calls.map(({ name, arguments: json }) => {
      if (!functions.has(name)) {
        const called = JSON.stringify(name.slice(0, 64));
        throw new ModelError(
          'server_error',
          `The model called a function that the run does not have: ${called}.`,
        );
      }
      return { name, arguments: json.trim() === '' ? '{}' : json };
    });
  }

  /**
   * The call that a part continues. By its index, unless its id is that of another call: some servers give each call the
   * index 0. Without an index by its id, and without both it continues the last call, unless it has a name.
   */
  #find({ index, id, function: called }: CallPart): OpenCall | undefined {
    const sameId = id ? this.#calls.findLast((call) => call.id === id) : undefined;
    if (typeof index === 'number') {
      const sameIndex = this.#calls.findLast((call) => call.index === index);
      return id && sameIndex?.id && sameIndex.id !== id ? undefined : sameIndex;
    }
    return sameId ?? (id || called?.name ? undefined : this.#calls.at(-1));
  }

  #open({ index, id }: CallPart): OpenCall {
    if (this.#calls.length === MAX_CALLS) {
      throw new ModelError('server_error', `The model made more than ${MAX_CALLS} calls at once.`);
    }
    const call = { index: index ?? undefined, id: id || undefined, name: '', arguments: '' };
    this.#calls.push(call);
    return call;
  }
}
