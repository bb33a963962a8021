import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import type { QuerySource } from './selected-fields.ts';

/** An operation of a valid document, with the values of its variables. */
export interface OperationSource extends QuerySource {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** @returns the errors of invalid variables, if there are any */
export function readOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> = {},
): OperationSource | readonly GraphQLError[] {
  const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: MAX_ERRORS,
  });
  if (errors !== undefined) return errors;
  return { schema, document, operation, fragments: fragmentsOf(document), variableValues: coerced };
}

/** Of invalid variables, as many as graphql-js reports. */
const MAX_ERRORS = 50;

const known = new WeakMap<DocumentNode, QuerySource['fragments']>();

function fragmentsOf(document: DocumentNode): QuerySource['fragments'] {
  const fragments =
    known.get(document) ??
    Object.fromEntries(
      document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
      ),
    );
  known.set(document, fragments);
  return fragments;
}
