/** Queries made by chance from the schema: every way to spell what a client may ask. */
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
import { schema } from '../../src/schema/index.ts';

/** What a query may name: REST ids by the type and argument that take them. */
export interface Names {
  /** Global ids for node and nodes. */
  readonly globalIds: readonly string[];
  readonly threads: readonly string[];
  readonly assistants: readonly string[];
  readonly messages: readonly string[];
  readonly runs: readonly string[];
  readonly steps: readonly string[];
  readonly files: readonly string[];
}

/** Its variables are always `{ yes: true, no: false }`. */
export interface QueryOptions {
  readonly names: Names;
  /** How deep objects may nest. */
  readonly depth: number;
  readonly pageSizes: readonly number[];
}

/** A query. */
export function queries(options: QueryOptions): fc.Arbitrary<string> {
  return operations(options, 'query', {});
}

/** A mutation. @param inputs for each mutation of the graph, what its `input` can be, in GraphQL */
export function mutations(options: QueryOptions, inputs: Inputs): fc.Arbitrary<string> {
  return operations(options, 'mutation', inputs);
}

export type Inputs = Readonly<Record<string, readonly string[]>>;

function operations({ names, depth, pageSizes }: QueryOptions, kind: 'query' | 'mutation', inputs: Inputs) {
  return fc.infiniteStream(fc.nat()).map((chances) => {
    const writer = new Writer(names, pageSizes, inputs, () => chances.next().value ?? 0);
    return writer.operation(kind, depth);
  });
}

class Writer {
  readonly #names: Names;
  readonly #pageSizes: readonly number[];
  readonly #inputs: Inputs;
  readonly #chance: () => number;
  readonly #fragments: string[] = [];
  #aliases = 0;

  constructor(names: Names, pageSizes: readonly number[], inputs: Inputs, chance: () => number) {
    this.#names = names;
    this.#pageSizes = pageSizes;
    this.#inputs = inputs;
    this.#chance = chance;
  }

  operation(kind: 'query' | 'mutation', depth: number): string {
    const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
    const selection = root ? this.#selection(root, depth) : '';
    // Both variables are used, as a valid operation has to.
    return `${kind} ($yes: Boolean!, $no: Boolean!) { __typename @include(if: $yes) @skip(if: $no) ${selection} } ${this.#fragments.join(' ')}`;
  }

  #selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields());
    const wanted = Array.from({ length: 1 + this.#upTo(3) }, () => this.#field(this.#pick(fields), depth));
    const selection = wanted.filter((field) => field !== '').join(' ') || '__typename';
    switch (this.#upTo(6)) {
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
    const directive = this.#pick(['', '', '', '@include(if: $yes)', '@skip(if: $no)', '@skip(if: $yes)']);
    const start = `a${this.#aliases++}: ${field.name} ${this.#arguments(field)} ${directive}`;
    if (isLeafType(type)) return start;
    if (depth === 0) return '';
    if (isAbstractType(type)) return `${start} { ${this.#possible(type.name, depth - 1)} }`;
    if (!isObjectType(type)) return '';
    // Now and then twice: what several fragments want of one field is merged.
    const times = this.#upTo(5) === 0 ? 2 : 1;
    const once = () => `${start} { ${this.#selection(type, depth - costOf(type))} }`;
    return Array.from({ length: times }, once).join(' ');
  }

  #possible(name: string, depth: number): string {
    const type = schema.getType(name);
    if (!isInterfaceType(type)) return '__typename';
    const types = schema.getPossibleTypes(type).filter(() => this.#upTo(2) === 0);
    const parts = types.map((each) => `... on ${each.name} { ${this.#selection(each, depth)} }`);
    return `__typename ${name === 'Node' ? '... on Node { id }' : ''} ${parts.join(' ')}`;
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const names = new Set(field.args.map(({ name }) => name));
    if (names.has('first')) return this.#page(names.has('runId'));
    if (names.has('input')) return `(input: ${this.#pick(this.#inputs[field.name] ?? [])})`;
    if (names.has('ids')) return `(ids: ${JSON.stringify(this.#some(this.#names.globalIds))})`;
    return names.has('id') ? `(id: ${JSON.stringify(this.#idFor(field))})` : '';
  }

  #page(filtered: boolean): string {
    const size = this.#pick(this.#pageSizes);
    const order = this.#pick(['', 'order: ASC', 'order: DESC']);
    const run = filtered && this.#upTo(3) === 0 ? `runId: "${this.#pick(this.#names.runs)}"` : '';
    return `(${this.#pick(['first', 'last'])}: ${size} ${order} ${run})`;
  }

  #idFor(field: GraphQLField<unknown, unknown>): string {
    const byName: Record<string, readonly string[]> = {
      node: this.#names.globalIds,
      thread: this.#names.threads,
      assistant: this.#names.assistants,
      message: this.#names.messages,
      run: this.#names.runs,
      step: this.#names.steps,
      file: this.#names.files,
    };
    return this.#pick(byName[field.name] ?? ['']);
  }

  #some(items: readonly string[]): string[] {
    return Array.from({ length: 1 + this.#upTo(12) }, () => this.#pick(items));
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[this.#upTo(items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from');
    return item;
  }

  #upTo(bound: number): number {
    return this.#chance() % bound;
  }
}

/** What merely holds objects does not nest. */
function costOf(type: GraphQLObjectType): number {
  return /Connection$|Edge$|PageInfo$|Payload$/.test(type.name) ? 0 : 1;
}
