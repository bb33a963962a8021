import type { GraphQLCompositeType, SelectionSetNode } from 'graphql';
import {
  type QuerySource,
  type SelectedField,
  type Selections,
  selectedFields,
} from '../fields/selected-fields.ts';
import { selectsOnlyIdentity, selectsOwnFields } from '../fields/selection.ts';

/** Reads the selections of one operation, each only once, however often its fragments are spread. */
export class SelectionReader {
  readonly #source: QuerySource;
  readonly #names = new Map<SelectionSetNode | Selections | string, string>();
  readonly #fields = new Map<string, readonly SelectedField[]>();
  readonly #onlyIdentity = new Map<string, boolean>();
  readonly #ownFields = new Map<string, boolean>();

  constructor(source: QuerySource) {
    this.#source = source;
  }

  /** The number of different selections read so far. */
  get count(): number {
    return this.#fields.size;
  }

  /** Equal for equal selections, and short, since many fragments can meet at one object. */
  nameOf(sets: Selections): string {
    const [set, ...others] = sets;
    if (set !== undefined && others.length === 0) return this.#shortName(set);
    const name = this.#names.get(sets) ?? this.#shortName(sets.map((each) => this.#shortName(each)).join());
    this.#names.set(sets, name);
    return name;
  }

  /** The fields that the selections together select on an object of a type. */
  fields(on: GraphQLCompositeType, sets: Selections): readonly SelectedField[] {
    const key = `${on.name} ${this.nameOf(sets)}`;
    const fields = this.#fields.get(key) ?? selectedFields(this.#source, on, sets);
    this.#fields.set(key, fields);
    return fields;
  }

  selectsOnlyIdentity(type: string, sets: Selections): boolean {
    const key = `${type} ${this.nameOf(sets)}`;
    const answer = this.#onlyIdentity.get(key) ?? selectsOnlyIdentity(this.#source, type, sets);
    this.#onlyIdentity.set(key, answer);
    return answer;
  }

  selectsOwnFields(type: string, sets: Selections): boolean {
    const key = `${type} ${this.nameOf(sets)}`;
    const answer = this.#ownFields.get(key) ?? selectsOwnFields(this.#source, type, sets);
    this.#ownFields.set(key, answer);
    return answer;
  }

  #shortName(thing: SelectionSetNode | string): string {
    const name = this.#names.get(thing) ?? String(this.#names.size);
    this.#names.set(thing, name);
    return name;
  }
}
