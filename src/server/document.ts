/** Parses documents within limits, and locates errors in them. */
import {
  type DocumentNode,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  Source,
  type SourceLocation,
  type Token,
} from 'graphql';
import { codedError } from '../errors.ts';

export interface DocumentLimits {
  /** In characters. */
  readonly length: number;
  readonly tokens: number;
}

/** Validation compares fragments in pairs: 450 that select one field take it 100 ms, and 200 take it 25 ms. */
const MAX_FRAGMENTS = 200;

const NAMES_IN_MESSAGE = 10;

const texts = new WeakMap<DocumentNode, string>();

/**
 * @throws GraphQLError for a syntax error, and at the token beyond the limit, where parsing stops; BAD_USER_INPUT for too many
 * fragments
 */
export function parseDocument(text: string, limits: DocumentLimits): DocumentNode {
  const source = new Source(text);
  const document = parseShallow(source, limits.tokens);
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  if (fragments.length > MAX_FRAGMENTS) {
    throw refused(`The document must have at most ${MAX_FRAGMENTS} fragments`, { fragments: MAX_FRAGMENTS });
  }
  texts.set(document, text);
  // Each GraphQLError searches the source for line breaks, up to the place of the error. That took seconds for thousands of
  // errors; `locationsOf` reads the lines from the tokens instead.
  source.body = '';
  return document;
}

/** @throws GraphQLError BAD_USER_INPUT if the text is too long */
export function requireDocumentLength(text: string, maxLength: number): void {
  if (text.length <= maxLength) return;
  throw refused(`The document must be at most ${maxLength} characters long`, { document: maxLength });
}

function refused(message: string, limits: Readonly<Record<string, number>>): GraphQLError {
  return codedError('BAD_USER_INPUT', message, { limits, http: { status: 400, spec: true } });
}

/** Errors have a code and a status here, since the error mask gives BAD_USER_INPUT to those without a code. */
function parseShallow(source: Source, maxTokens: number): DocumentNode {
  try {
    return parse(source, { maxTokens });
  } catch (error) {
    const extensions = { code: 'GRAPHQL_PARSE_FAILED', http: { spec: true, status: 400 } };
    if (error instanceof GraphQLError) {
      const { message, positions } = error;
      throw new GraphQLError(message, { source, positions, extensions });
    }
    // Within the limit of tokens, values can still be nested deeper than the parser's stack is high.
    if (error instanceof RangeError)
      throw new GraphQLError('Syntax Error: The document is nested too deeply.', { extensions });
    throw error;
  }
}

/** The text that a document was parsed from. */
export function textOf(document: DocumentNode): string {
  const text = texts.get(document);
  if (text === undefined) throw new Error('The document was not parsed by parseDocument');
  return text;
}

/**
 * The operation of a document that a request asks for.
 *
 * @param name `operationName`, if the request has one
 * @throws GraphQLError OPERATION_RESOLUTION_FAILURE if there is no such operation, or if several have no name to choose by
 */
export function requireOperation(
  document: DocumentNode,
  name: string | null | undefined,
): OperationDefinitionNode {
  const operation = getOperationAST(document, name);
  if (operation) return operation;
  throw new GraphQLError(unclearOperation(document), {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
  });
}

function unclearOperation({ definitions }: DocumentNode): string {
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operations.length === 0) return 'The document must contain an operation';
  const names = operations.slice(0, NAMES_IN_MESSAGE).flatMap(({ name }) => name?.value.slice(0, 100) ?? []);
  if (names.length === 0)
    return '`operationName` must be left out: the operation in the document has no name';
  const others = operations.length > names.length ? ' …' : '';
  return `\`operationName\` must be the name of an operation in the document: ${names.join(', ')}${others}`;
}

/** That take about as much memory as a token. */
const CHARACTERS_PER_TOKEN = 100;

/** The tokens of a document, which stand for its memory: if names, strings or gaps are long, as many as it has characters for. */
export function countTokens(document: DocumentNode): number {
  let count = 0;
  for (let token: Token | null = document.loc?.startToken ?? null; token !== null; token = token.next)
    count++;
  return Math.max(count, Math.ceil(textOf(document).length / CHARACTERS_PER_TOKEN));
}

/** Where an error is in its document: of errors about nodes, `locations` of the error itself is wrong. */
export function locationsOf({ nodes, locations }: GraphQLError): readonly SourceLocation[] | undefined {
  return (
    nodes?.flatMap(({ loc }) =>
      loc ? [{ line: loc.startToken.line, column: loc.startToken.column }] : [],
    ) ?? locations
  );
}
