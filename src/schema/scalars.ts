import { GraphQLError, GraphQLScalarType, Kind, type ObjectValueNode, type ValueNode } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSONObject } from 'graphql-scalars';
import type { Metadata as MetadataMap } from '../rest/requests.ts';
import { builder } from './builder.ts';

builder.addScalarType(
  'DateTime',
  new GraphQLScalarType({
    ...GraphQLDateTimeISO.toConfig(),
    description: 'An instant in UTC, as ISO 8601 writes it, such as `2024-04-15T09:30:00.000Z`.',
  }),
);

builder.addScalarType(
  'JSONObject',
  new GraphQLScalarType({
    ...GraphQLJSONObject.toConfig(),
    description: "Any JSON object, such as the JSON Schema of a function's parameters.",
  }),
);

builder.addScalarType(
  'Metadata',
  new GraphQLScalarType<MetadataMap, MetadataMap>({
    name: 'Metadata',
    description:
      'What you want to remember about an object, as an object of strings: up to 16 pairs, keys of up to 64 ' +
      'characters, values of up to 512. A change replaces the whole map.',
    serialize: (value) => requireStrings(GraphQLJSONObject.serialize(value)),
    parseValue: (value) => requireStrings(GraphQLJSONObject.parseValue(value)),
    parseLiteral: (node: ValueNode, variables) => {
      if (node.kind !== Kind.OBJECT) throw new GraphQLError('Metadata must be an object', { nodes: node });
      // While a query is validated there are no variables yet: what they hold is checked when it is executed.
      return variables
        ? requireStrings(GraphQLJSONObject.parseLiteral(node, variables))
        : requireStrings(GraphQLJSONObject.parseLiteral(withoutVariables(node)));
    },
  }),
);

function withoutVariables(node: ObjectValueNode): ObjectValueNode {
  return { ...node, fields: node.fields.filter(({ value }) => value.kind !== Kind.VARIABLE) };
}

/** Of a GraphQLError the error mask knows that it speaks of what the client wrote. */
function requireStrings(pairs: object): MetadataMap {
  const entries = Object.entries(pairs).map(([key, value]): [string, string] => {
    if (typeof value !== 'string') throw new GraphQLError(`Metadata value of '${key}' must be a string`);
    return [key, value];
  });
  return Object.fromEntries(entries);
}

/** Unix seconds, as REST counts them. */
export function instant(seconds: number): Date {
  return new Date(seconds * 1000);
}

/** Unix seconds, or null where it has not happened. */
export function optionalInstant(seconds: number | null): Date | null {
  return seconds === null ? null : instant(seconds);
}
