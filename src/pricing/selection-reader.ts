import {
  type GraphQLCompositeType,
  type GraphQLField,
  getArgumentValues,
  type SelectionSetNode,
} from 'graphql';
import { costOf, type FieldCost, isIdentity } from '../fields/cost.ts';
import {
  fieldOf,
  type QuerySource,
  type SelectedField,
  type Selections,
  selectedFields,
} from '../fields/selected-fields.ts';
import { selectsOnlyIdentity, selectsOwnFields } from '../fields/selection.ts';
import { isNodeType } from '../loaders/node-types.ts';

/** A selected field with its definition. */
export interface PricedField {
  readonly selected: SelectedField;
  readonly field: GraphQLField<unknown, unknown>;
  readonly cost: FieldCost | undefined;
}

export type Arguments = Readonly<Record<string, unknown>>;

/** What a selection costs, wherever it stands. */
export interface Plan {
  /** The fields that lead to objects. */
  readonly fields: readonly PricedField[];
  /** Whether any other field needs the object. */
  readonly readsObject: boolean;
}

/** The part of a plan that no variable decides about. */
interface Outline {
  readonly fields: readonly PricedField[];
  /** Other fields that need the object. */
  readonly own: readonly PricedField[];
}

/** By what is selected, which is the same array for each execution of a document. */
const outlines = new WeakMap<readonly SelectedField[], Outline>();

const NO_ARGUMENTS = {};

/** Reads the selections of one operation, each only once, however often its fragments are spread. */
export class SelectionReader {
  readonly #source: QuerySource;
  readonly #names = new Map<SelectionSetNode | Selections | string, string>();
  readonly #plans = new Map<string, Plan>();
  readonly #onRead: (fields: number) => void;
  readonly #onlyIdentity = new Map<string, boolean>();
  readonly #ownFields = new Map<string, boolean>();

  /** @param onRead called with the number of fields that are read. It may throw */
  constructor(source: QuerySource, onRead: (fields: number) => void) {
    this.#source = source;
    this.#onRead = onRead;
  }

  /** Equal for equal selections, and short, since many fragments can meet at one object. */
  nameOf(sets: Selections): string {
    const [set, ...others] = sets;
    if (set !== undefined && others.length === 0) return this.#shortName(set);
    const name = this.#names.get(sets) ?? this.#shortName(sets.map((each) => this.#shortName(each)).join());
    this.#names.set(sets, name);
    return name;
  }

  /** What the selections together cost on an object of a type. */
  plan(on: GraphQLCompositeType, sets: Selections): Plan {
    const key = `${on.name} ${this.nameOf(sets)}`;
    const plan = this.#plans.get(key) ?? this.#read(on, sets);
    this.#plans.set(key, plan);
    return plan;
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

  #read(on: GraphQLCompositeType, sets: Selections): Plan {
    const selected = selectedFields(this.#source, on, sets);
    this.#onRead(sets.length + selected.length);
    const outline = outlines.get(selected) ?? outlineOf(selected);
    outlines.set(selected, outline);
    const readsObject = outline.own.some((field) => this.argumentsOf(field) !== undefined);
    return { fields: outline.fields, readsObject };
  }

  /** Undefined if they cannot be read: the field will not be resolved then. */
  argumentsOf({ selected: { node }, field }: PricedField): Arguments | undefined {
    if (field.args.length === 0) return NO_ARGUMENTS;
    try {
      return getArgumentValues(field, node, this.#source.variableValues);
    } catch {
      return undefined;
    }
  }

  #shortName(thing: SelectionSetNode | string): string {
    const name = this.#names.get(thing) ?? String(this.#names.size);
    this.#names.set(thing, name);
    return name;
  }
}

function outlineOf(selected: readonly SelectedField[]): Outline {
  const fields = selected.flatMap((each) => {
    const field = fieldOf(each.on, each.node);
    return field === undefined ? [] : { selected: each, field, cost: costOf(field) };
  });
  return {
    fields: fields.filter(({ cost }) => cost !== undefined),
    // A field without a cost leads to no object: see fields/required-costs.ts.
    own: fields.filter((each) => each.cost === undefined && needsObject(each)),
  };
}

/** A field of an object needs the object, unless the object's IDs suffice. */
export function needsObject({ selected: { on }, field }: PricedField): boolean {
  return isNodeType(on.name) && !isIdentity(field);
}
