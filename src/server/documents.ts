/** The documents that clients send: parsed once as long as they are kept, and validated once if they are valid. */
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import {
  type DocumentNode,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  type ValidationContext,
  validate,
} from 'graphql';
import type { Config } from '../config.ts';
import { schema } from '../schema/index.ts';
import { type DocumentLimits, parseDocument, requireDocumentLength } from './document.ts';
import { DocumentCache } from './document-cache.ts';

export interface Documents {
  /** @throws GraphQLError for a text that is too long or has a syntax error */
  parse(text: string): DocumentNode;
  /** @param document from `parse` */
  validate(document: DocumentNode): readonly GraphQLError[];
}

export function createDocuments(config: Config): Documents {
  const limits: DocumentLimits = { length: config.MAX_DOCUMENT, tokens: config.MAX_TOKENS };
  const rules = [...specifiedRules, ...shapeLimits(config)];
  if (!config.INTROSPECTION) rules.push(NoSchemaIntrospectionCustomRule);
  const parsed = new DocumentCache();
  const valid = new WeakSet<DocumentNode>();
  return {
    parse(text) {
      // Before the cache, which hashes the text.
      requireDocumentLength(text, limits.length);
      const known = parsed.get(text);
      if (known !== undefined) return known;
      // Syntax errors are not kept: they are cheap to find again.
      const document = parseDocument(text, limits);
      parsed.set(text, document);
      return document;
    },
    validate(document) {
      if (valid.has(document)) return [];
      const errors = validate(schema, document, rules).map(toValidationError);
      // Errors are not kept: their stack traces hold all that validation has worked with.
      if (errors.length === 0) valid.add(document);
      return errors;
    },
  };
}

/** Their errors are reported like other validation errors, not thrown. */
function shapeLimits({ MAX_DEPTH, MAX_ALIASES }: Config) {
  const reported = { propagateOnRejection: false, onReject: [reportTooLarge] };
  return [
    maxDepthRule({ n: MAX_DEPTH, ignoreIntrospection: true, flattenFragments: true, ...reported }),
    maxAliasesRule({ n: MAX_ALIASES, allowList: [], ...reported }),
  ];
}

/** The rules call it a syntax error. */
function reportTooLarge(context: ValidationContext | null, { message }: GraphQLError): void {
  context?.reportError(new GraphQLError(message.replace('Syntax Error: ', '')));
}

function toValidationError({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message === 'Validation aborted.' ? TOO_MANY_EQUAL_NAMES : message, {
    nodes: nodes ?? null,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { spec: true, status: 400 } },
  });
}

/** Comparing the fields of one name takes quadratic time, so graphql-js gives up at some point, without saying why. */
const TOO_MANY_EQUAL_NAMES =
  'The document selects the same response names too often to be validated: select each field once';
