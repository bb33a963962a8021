import {
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  getOperationAST,
  isCompositeType,
  isListType,
  Kind,
  parse,
} from 'graphql';
import {
  fieldOf,
  type QuerySource,
  type Selections,
  selectedFields,
} from '../../src/fields/selected-fields.ts';
import { schema } from '../../src/schema/index.ts';

type Path = readonly (string | number)[];

interface Response {
  readonly data: unknown;
  readonly errors: readonly { readonly path?: Path | undefined }[];
}

/** The paths at which a response breaks the promise of @semanticNonNull: null, without an error there or below. */
export function unexplainedNulls(
  query: string,
  variableValues: QuerySource['variableValues'],
  response: Response,
) {
  const document = parse(query);
  const operation = getOperationAST(document);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root || response.data === null) return [];
  const fragments = Object.fromEntries(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [],
    ),
  );
  const walk = new Walk({ schema, fragments, variableValues }, response.errors);
  walk.object([operation.selectionSet], root, response.data, []);
  return walk.found;
}

class Walk {
  readonly found: string[] = [];
  readonly #source: QuerySource;
  readonly #failed: ReadonlySet<string>;

  constructor(source: QuerySource, errors: Response['errors']) {
    this.#source = source;
    this.#failed = new Set(
      errors.flatMap(({ path = [] }) => path.map((_, index) => path.slice(0, index + 1).join('.'))),
    );
  }

  object(sets: Selections, type: GraphQLOutputType, value: unknown, path: Path): void {
    if (!isCompositeType(type)) return;
    for (const { node, on, sets: below } of selectedFields(this.#source, type, sets)) {
      const field = fieldOf(on, node);
      const key = (node.alias ?? node.name).value;
      const child = Object(value)[key];
      // Undefined: a fragment on another type of object.
      if (field === undefined || child === undefined) continue;
      const { semanticNonNull } = Object(field.extensions.directives);
      const levels: number[] = semanticNonNull ? (semanticNonNull.levels ?? [0]) : [];
      this.#value(below, field.type, child, [...path, key], levels);
    }
  }

  #value(
    sets: Selections,
    type: GraphQLOutputType,
    value: unknown,
    path: Path,
    levels: readonly number[],
  ): void {
    const list = getNullableType(type);
    if (value === null) {
      if (levels.includes(0) && !this.#failed.has(path.join('.'))) this.found.push(path.join('.'));
    } else if (Array.isArray(value) && isListType(list)) {
      const inner = levels.map((level) => level - 1);
      for (const [index, item] of value.entries())
        this.#value(sets, list.ofType, item, [...path, index], inner);
    } else this.object(sets, getNamedType(type), value, path);
  }
}
