import { type GraphQLSchema, isObjectType } from 'graphql';
import { costOf } from '../fields/cost.ts';

/** Says in the description of each field which scope it needs. */
export function withScopes(schema: GraphQLSchema): GraphQLSchema {
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()));
  for (const field of fields) {
    const scope = costOf(field)?.scope;
    if (scope !== undefined) field.description = `${field.description} Needs the scope \`${scope}\`.`;
  }
  return schema;
}
