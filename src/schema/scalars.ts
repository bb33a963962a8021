import { GraphQLError, GraphQLScalarType, Kind, type ObjectValueNode, type ValueNode } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSONObject } from 'graphql-scalars';
import { limits } from '../rest/limits.ts';
import type { Metadata as MetadataMap } from '../rest/requests.ts';
import { builder } from './builder.ts';
import { isoText } from './iso-text.ts';

builder.addScalarType(
  'DateTime',
  new GraphQLScalarType({
    ...GraphQLDateTimeISO.toConfig(),
    // All are made by toDate, and are valid.
    serialize: (date) => (date instanceof Date ? isoText(date) : GraphQLDateTimeISO.serialize(date)),
    description: 'A date and time in UTC, in ISO 8601 format, for example `2024-04-15T09:30:00.000Z`.',
    specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  }),
);

builder.addScalarType(
  'JSONObject',
  new GraphQLScalarType({
    ...GraphQLJSONObject.toConfig(),
    description: "Any JSON object, for example the JSON Schema of a function's parameters.",
    // The package names a page about JSON, not about objects.
    specifiedByURL: undefined,
  }),
);

builder.addScalarType(
  'Metadata',
  new GraphQLScalarType<MetadataMap, MetadataMap>({
    name: 'Metadata',
    description:
      `Up to ${limits.metadataPairs} key-value pairs, as a JSON object whose values are strings. Keys have at ` +
      `most ${limits.metadataKey} characters, values at most ${limits.metadataValue}. An update replaces all ` +
      'pairs.',
    serialize: (value) => requireStrings(GraphQLJSONObject.serialize(value)),
    parseValue: (value) => requireStrings(GraphQLJSONObject.parseValue(value)),
    parseLiteral: (node: ValueNode, variables) => {
      if (node.kind !== Kind.OBJECT) throw new GraphQLError('Metadata must be an object', { nodes: node });
      // Validation runs without variables: their values are checked at execution.
      return variables
        ? requireStrings(GraphQLJSONObject.parseLiteral(node, variables))
        : requireStrings(GraphQLJSONObject.parseLiteral(withoutVariables(node)));
    },
  }),
);

function withoutVariables(node: ObjectValueNode): ObjectValueNode {
  return { ...node, fields: node.fields.filter(({ value }) => value.kind !== Kind.VARIABLE) };
}

/** @throws GraphQLError, which the error mask passes on to the client */
function requireStrings(pairs: object): MetadataMap {
  const entries = Object.entries(pairs).map(([key, value]): [string, string] => {
    if (typeof value !== 'string') throw new GraphQLError(`Metadata value of '${key}' must be a string`);
    return [key, value];
  });
  return Object.fromEntries(entries);
}

/** @param seconds Unix time */
export function toDate(seconds: number): Date {
  return new Date(seconds * 1000);
}

/** @param seconds Unix time, or null if the event has not happened */
export function toOptionalDate(seconds: number | null): Date | null {
  return seconds === null ? null : toDate(seconds);
}
