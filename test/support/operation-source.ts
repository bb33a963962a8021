import { type DocumentNode, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { type OperationSource, readOperation } from '../../src/fields/operation-source.ts';

/** The only operation of a document, with valid variables. */
export function operationSource(
  schema: GraphQLSchema,
  document: DocumentNode | string,
  variables: Readonly<Record<string, unknown>> = {},
): OperationSource {
  const parsed = typeof document === 'string' ? parse(document) : document;
  const operation = getOperationAST(parsed);
  const source = operation && readOperation(schema, parsed, operation, variables);
  if (!source || 'length' in source)
    throw new Error('The document has no operation, or a variable is invalid');
  return source;
}
