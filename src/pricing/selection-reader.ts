import type { SelectionSetNode } from 'graphql';
import {
  type QuerySource,
  type SelectedField,
  selectedFields,
  selectsBeside,
  selectsOnlyIdentity,
} from '../resolvers/selection.ts';

export type Selections = readonly SelectionSetNode[];

const rules = { selectsBeside, selectsOnlyIdentity };

/** Reads the selections of one operation, each only once, however often its fragments come by. */
export class SelectionReader {
  readonly #source: QuerySource;
  readonly #names = new Map<SelectionSetNode | Selections | string, string>();
  readonly #fields = new Map<string, readonly SelectedField[]>();
  readonly #answers = new Map<string, boolean>();

  constructor(source: QuerySource) {
    this.#source = source;
  }

  /** How many different selections have been read. */
  get count(): number {
    return this.#fields.size;
  }

  /** The same for the same selections, and short, since many fragments may meet in one place. */
  nameOf(sets: Selections): string {
    const [set, ...others] = sets;
    if (set !== undefined && others.length === 0) return this.#shortName(set);
    const name = this.#names.get(sets) ?? this.#shortName(sets.map((each) => this.#shortName(each)).join());
    this.#names.set(sets, name);
    return name;
  }

  /** The fields that selections take together from an object of a type. */
  fields(on: SelectedField['on'], sets: Selections): readonly SelectedField[] {
    const key = `${on.name} ${this.nameOf(sets)}`;
    const fields = this.#fields.get(key) ?? selectedFields(this.#source, on, sets);
    this.#fields.set(key, fields);
    return fields;
  }

  /** What one of the rules in selection.ts says of selections from an object of a type. */
  says(rule: keyof typeof rules, type: string, sets: Selections): boolean {
    const key = `${rule} ${type} ${this.nameOf(sets)}`;
    const answer = this.#answers.get(key) ?? rules[rule](this.#source, type, sets);
    this.#answers.set(key, answer);
    return answer;
  }

  #shortName(thing: SelectionSetNode | string): string {
    const name = this.#names.get(thing) ?? String(this.#names.size);
    this.#names.set(thing, name);
    return name;
  }
}
