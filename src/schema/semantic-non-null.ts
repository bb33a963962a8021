/** `@semanticNonNull`, for clients that treat an error apart from a value that is null. */
import {
  DirectiveLocation,
  GraphQLDirective,
  type GraphQLField,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { costOf } from '../fields/cost.ts';

export const semanticNonNull = new GraphQLDirective({
  name: 'semanticNonNull',
  description:
    'The field is null only if there is an error at its path or below. Clients that handle errors separately, such as ' +
    'Relay with `@throwOnFieldError`, can treat it as non-null.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    levels: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLInt))),
      defaultValue: [0],
      description: 'What is null only with an error: 0 for the field itself, 1 for the items of a list.',
    },
  },
});

/** Marks the fields whose declared cost says that only a failure makes them null. */
export function withSemanticNonNull(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const levels = isNullOnlyOnError(field) ? nullableLevels(field.type) : [];
      if (levels.length === 0) continue;
      // The form in which printers of schemas expect directives.
      const directives = { [semanticNonNull.name]: String(levels) === '0' ? {} : { levels } };
      field.extensions = { ...field.extensions, directives };
    }
  }
  return schema;
}

/** A link is null if its object no longer exists, and a page of fixed size can be empty. */
function isNullOnlyOnError(field: GraphQLField<unknown, unknown>): boolean {
  const cost = costOf(field);
  switch (cost?.kind) {
    case undefined:
      return false;
    case 'link':
      return cost.exists;
    case 'list':
      return cost.pageSize === undefined;
    default:
      return true;
  }
}

function nullableLevels(type: GraphQLOutputType): number[] {
  const list = getNullableType(type);
  const items = isListType(list) ? nullableLevels(list.ofType).map((level) => level + 1) : [];
  return isNonNullType(type) ? items : [0, ...items];
}
