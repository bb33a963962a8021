/** Random queries and mutations, generated from the schema in all the forms that a client may use. */
import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { WriteOperation } from '../../src/fields/cost.ts';
import { encodeCursor } from '../../src/resolvers/cursor.ts';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { schema } from '../../src/schema/index.ts';

/** The REST IDs that queries contain, by type. */
export interface Ids {
  /** Global IDs, for `node` and `nodes`. */
  readonly globalIds: readonly string[];
  readonly threads: readonly string[];
  readonly assistants: readonly string[];
  readonly messages: readonly string[];
  readonly runs: readonly string[];
  readonly steps: readonly string[];
  readonly files: readonly string[];
}

export interface QueryOptions {
  readonly ids: Ids;
  /** Maximum nesting depth of objects. Connections, edges and payloads do not count. */
  readonly depth: number;
  readonly pageSizes: readonly number[];
  /** Whether some pages start at a cursor, which may name a missing item. */
  readonly cursors?: boolean;
}

/** Random queries. Their variables must be `{ yes: true, no: false }`. */
export function queries(options: QueryOptions): fc.Arbitrary<string> {
  return operations(options, 'query');
}

/** Random mutations, with the same variables as {@link queries}. */
export function mutations(options: QueryOptions, inputs: Inputs): fc.Arbitrary<string> {
  return operations(options, 'mutation', inputs);
}

/** For each mutation, the values of its `input`, as GraphQL text. */
export type Inputs = Readonly<Record<WriteOperation, readonly string[]>>;
type InputTexts = Readonly<Record<string, readonly string[]>>;

function operations(options: QueryOptions, kind: 'query' | 'mutation', inputs: InputTexts = {}) {
  return fc.infiniteStream(fc.nat()).map((numbers) => {
    const writer = new Writer(options, inputs, () => numbers.next().value ?? 0);
    return writer.operation(kind, options.depth);
  });
}

class Writer {
  readonly #options: QueryOptions;
  readonly #ids: Ids;
  readonly #inputs: InputTexts;
  readonly #next: () => number;
  readonly #fragments: string[] = [];
  #aliases = 0;

  constructor(options: QueryOptions, inputs: InputTexts, next: () => number) {
    this.#options = options;
    this.#ids = options.ids;
    this.#inputs = inputs;
    this.#next = next;
  }

  operation(kind: 'query' | 'mutation', depth: number): string {
    const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
    const selection = root ? this.#selection(root, depth) : '';
    // A valid operation must use both variables.
    return `${kind} ($yes: Boolean!, $no: Boolean!) { __typename @include(if: $yes) @skip(if: $no) ${selection} } ${this.#fragments.join(' ')}`;
  }

  #selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields());
    const fieldTexts = Array.from({ length: 1 + this.#below(3) }, () =>
      this.#field(this.#choose(fields), depth),
    );
    const selection = fieldTexts.filter((field) => field !== '').join(' ') || '__typename';
    switch (this.#below(6)) {
      case 0:
        return `... on ${type.name} { ${selection} }`;
      case 1:
        this.#fragments.push(`fragment F${this.#fragments.length} on ${type.name} { ${selection} }`);
        return `...F${this.#fragments.length - 1}`;
      case 2:
        return `... @include(if: $yes) { ${selection} }`;
      default:
        return selection;
    }
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    const directive = this.#choose(['', '', '', '@include(if: $yes)', '@skip(if: $no)', '@skip(if: $yes)']);
    const start = `a${this.#aliases++}: ${field.name} ${this.#arguments(field)} ${directive}`;
    if (isLeafType(type)) return start;
    if (depth === 0) return '';
    if (isAbstractType(type)) return `${start} { ${this.#possible(type.name, depth - 1)} }`;
    if (!isObjectType(type)) return '';
    // Sometimes twice: GraphQL merges the two selections.
    const times = this.#below(5) === 0 ? 2 : 1;
    const once = () => `${start} { ${this.#selection(type, depth - depthCostOf(type))} }`;
    return Array.from({ length: times }, once).join(' ');
  }

  #possible(name: string, depth: number): string {
    const type = schema.getType(name);
    if (!isInterfaceType(type)) return '__typename';
    const types = schema.getPossibleTypes(type).filter(() => this.#below(2) === 0);
    const parts = types.map((each) => `... on ${each.name} { ${this.#selection(each, depth)} }`);
    return `__typename ${name === 'Node' ? '... on Node { id }' : ''} ${parts.join(' ')}`;
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const names = new Set(field.args.map(({ name }) => name));
    if (names.has('first')) return this.#page(field.name, names.has('runId'));
    if (names.has('input')) return `(input: ${this.#choose(this.#inputs[field.name] ?? [])})`;
    if (names.has('ids')) return `(ids: ${JSON.stringify(this.#some(this.#idsFor(field)))})`;
    return names.has('id') ? `(id: ${JSON.stringify(this.#idFor(field))})` : '';
  }

  #page(list: string, filtered: boolean): string {
    const { pageSizes, cursors = false } = this.#options;
    const order = this.#choose(['', 'order: ASC', 'order: DESC']);
    const run = filtered && this.#below(3) === 0 ? `runId: "${this.#choose(this.#ids.runs)}"` : '';
    const [size, start] = this.#choose([['first', 'after'] as const, ['last', 'before'] as const]);
    const cursor = cursors && this.#below(3) === 0 ? `${start}: "${this.#cursor(list)}"` : '';
    return `(${size}: ${this.#choose(pageSizes)} ${cursor} ${order} ${run})`;
  }

  #cursor(list: string): string {
    const { assistants, messages, runs, steps, files } = this.#ids;
    const items: Record<string, readonly string[]> = { assistants, messages, runs, steps, files };
    const id = () => this.#choose(items[list] ?? []);
    return encodeCursor({ id: id(), preceding: [id(), id()], order: this.#choose(['asc', 'desc']) });
  }

  #idsFor({ name }: GraphQLField<unknown, unknown>): readonly string[] {
    const { globalIds, threads } = this.#ids;
    return name === 'threads' ? threads.flatMap((id) => [id, encodeGlobalId('Thread', [id])]) : globalIds;
  }

  #idFor(field: GraphQLField<unknown, unknown>): string {
    const byName: Record<string, readonly string[]> = {
      node: this.#ids.globalIds,
      thread: this.#ids.threads,
      assistant: this.#ids.assistants,
      message: this.#ids.messages,
      run: this.#ids.runs,
      step: this.#ids.steps,
      file: this.#ids.files,
    };
    return this.#choose(byName[field.name] ?? ['']);
  }

  #some(items: readonly string[]): string[] {
    return Array.from({ length: 1 + this.#below(12) }, () => this.#choose(items));
  }

  #choose<T>(items: readonly T[]): T {
    const item = items[this.#below(items.length)];
    if (item === undefined) throw new Error('There is nothing to choose from');
    return item;
  }

  #below(max: number): number {
    return this.#next() % max;
  }
}

/** The types that do not count as nesting are free. */
function depthCostOf(type: GraphQLObjectType): number {
  return /Connection$|Edge$|PageInfo$|Payload$/.test(type.name) ? 0 : 1;
}
