import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { codedError } from '../errors.ts';
import type { QuerySource } from '../fields/selected-fields.ts';
import type { Cost, PriceLimits } from './cost.ts';
import { requireShortIntrospection } from './introspection.ts';
import { priceOf } from './price.ts';

/** An operation that is about to run: a valid document, and what it runs with. */
export interface RunnableDocument {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * Prices an operation before it runs; of a subscription, one event.
 *
 * @param limits the most that it may cost
 * @returns its price; or an error to send instead of running it: QUERY_TOO_EXPENSIVE, or BAD_USER_INPUT for more IDs than an
 * argument accepts; or undefined if the document has no such operation or a variable is invalid, which execution reports
 */
export function checkPrice(runnable: RunnableDocument, limits: PriceLimits): Cost | GraphQLError | undefined {
  try {
    const price = priceOfDocument(runnable, limits);
    const isWithin = price === undefined || (price.calls <= limits.calls && price.nodes <= limits.nodes);
    return isWithin ? price : refused(tooExpensive(price, limits));
  } catch (error) {
    if (error instanceof GraphQLError) return refused(error);
    throw error;
  }
}

function priceOfDocument(runnable: RunnableDocument, limits: PriceLimits): Cost | undefined {
  const read = readRunnable(runnable);
  if (read === undefined) return undefined;
  requireShortIntrospection(read.operation, read.source);
  return priceOf(read.operation, read.source, limits);
}

/** The operation that is about to run. Undefined if there is none, or if a variable is invalid. */
export function readRunnable({
  schema,
  document,
  operationName,
  variableValues,
}: RunnableDocument):
  | { readonly operation: OperationDefinitionNode; readonly source: QuerySource }
  | undefined {
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  const definitions = operation.variableDefinitions ?? [];
  const variables = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 });
  if (variables.errors) return undefined;
  return {
    operation,
    source: { schema, fragments: fragmentsOf(document), variableValues: variables.coerced },
  };
}

const fragmentsByDocument = new WeakMap<DocumentNode, QuerySource['fragments']>();

function fragmentsOf(document: DocumentNode): QuerySource['fragments'] {
  const known = fragmentsByDocument.get(document);
  if (known !== undefined) return known;
  const fragments = Object.fromEntries(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  fragmentsByDocument.set(document, fragments);
  return fragments;
}

function tooExpensive(cost: Cost, { calls, nodes }: Cost): GraphQLError {
  const message =
    `This operation could cost ${cost.calls} REST calls and ${cost.nodes} nodes; the limits are ${calls} calls ` +
    `and ${nodes} nodes: request smaller pages or fewer fields`;
  return codedError('QUERY_TOO_EXPENSIVE', message, { cost, limits: { calls, nodes } });
}

function refused({ message, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { extensions: { ...extensions, http: { spec: true, status: 400 } } });
}
