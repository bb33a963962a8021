/** The GraphQL server: yoga with our plugins, for requests over HTTP and for operations on a WebSocket. */
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, NoSchemaIntrospectionCustomRule, type ValidationContext } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Admission } from '../admission/admission.ts';
import type { Config } from '../config.ts';
import type { CreateOperation } from '../operation.ts';
import { schema } from '../schema/index.ts';
import type { Observation } from '../telemetry/telemetry.ts';
import type { Caller, CallerReader } from './caller.ts';
import { type DocumentLimits, parseDocument, requireDocumentLength, requireOperation } from './document.ts';
import { DocumentCache } from './document-cache.ts';
import type { DocumentsInUse } from './documents-in-use.ts';
import type { EventStreams } from './event-streams.ts';
import type { InTransit } from './in-transit.ts';
import type { DocumentSource } from './persisted-queries.ts';
import type { SerializeResult } from './serialize-result.ts';
import type { Subscribe } from './subscriptions.ts';
import { authenticateRequests } from './use-authentication.ts';
import { type DocumentTurns, useDocumentTurns } from './use-document-turns.ts';
import { useGraphiQL } from './use-graphiql.ts';
import { useJsonBody } from './use-json-body.ts';
import { useOperation } from './use-operation.ts';
import { usePersistedQueries } from './use-persisted-queries.ts';
import { useReadableResponse } from './use-readable-response.ts';
import { useRefusedBatches } from './use-refused-batches.ts';
import { useSerializedResult } from './use-serialized-result.ts';

/** Of the graph. */
const PATH = '/graphql';

export interface GraphQLOptions {
  readonly config: Config;
  readonly createOperation: CreateOperation;
  readonly callers: CallerReader;
  readonly admission: Admission;
  readonly subscribe: Subscribe;
  readonly eventStreams: EventStreams;
  readonly maskError: (error: unknown) => GraphQLError;
  readonly serialize: SerializeResult;
  readonly persistedQueries: DocumentSource;
  readonly documentTurns: DocumentTurns;
  readonly documentsInUse: DocumentsInUse;
  /** Count what is in memory of requests and responses. */
  readonly requests: InTransit;
  readonly responses: InTransit;
}

export function createGraphQL(options: GraphQLOptions) {
  const { config, createOperation, callers, subscribe, eventStreams, maskError, serialize } = options;
  const { requests, responses, persistedQueries, documentTurns } = options;
  const documents = new DocumentCache();
  const documentLimits = { length: config.MAX_DOCUMENT, tokens: config.MAX_TOKENS };
  const requestCallers = authenticateRequests(callers, options.admission);
  return createYoga<{ observation: Observation }, { caller?: Caller }>({
    schema,
    graphqlEndpoint: PATH,
    // use-graphiql.ts serves it.
    graphiql: false,
    landingPage: false,
    // use-json-body.ts has a limit of its own, at less cost.
    maxRequestBodySize: false,
    multipart: false,
    cors:
      config.CORS_ORIGINS === undefined
        ? false
        : // Cookies are not used.
          {
            origin: [...config.CORS_ORIGINS],
            methods: ['GET', 'POST'],
            credentials: false,
            exposedHeaders: ['x-request-id'],
            maxAge: PREFLIGHT_SECONDS,
          },
    logging: false,
    maskedErrors: { maskError },
    // Syntax errors are cheap to find again.
    parserAndValidationCache: { documentCache: documents, errorCache: NO_CACHE },
    plugins: [
      config.GRAPHIQL && useGraphiQL(PATH, config.AUTH !== 'none'),
      useReadableResponse(),
      requestCallers.plugin,
      useJsonBody(config.MAX_BODY, requests),
      useRefusedBatches(),
      usePersistedQueries(persistedQueries),
      useDocumentTurns(documentTurns, documents, documentLimits),
      useParser(documentLimits),
      ...shapeLimits(config),
      useClearAbortion(),
      !config.INTROSPECTION && useNoIntrospection(),
      useUnbufferedEvents(),
      useSerializedResult(serialize, responses),
      useOperation({
        createOperation,
        maskError,
        serialize,
        documentTurns,
        documentsInUse: options.documentsInUse,
        callerOf: requestCallers.of,
        limits: {
          calls: config.MAX_CALLS,
          nodes: config.MAX_NODES,
          checksOwners: config.OWNERS === 'metadata',
        },
        subscribe,
        eventStreams,
      }),
    ],
  });
}

/** How long a browser need not repeat a preflight request. Chromium caps it at this. */
const PREFLIGHT_SECONDS = 7200;

/** Asks nginx and other proxies not to hold back server-sent events until a buffer is full. */
function useUnbufferedEvents(): Plugin {
  return {
    onResponse({ response }) {
      if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
        response.headers.set('x-accel-buffering', 'no');
      }
    },
  };
}

/** Their errors are reported like other validation errors, not thrown. */
function shapeLimits({ MAX_DEPTH, MAX_ALIASES }: Config): Plugin[] {
  const reported = { propagateOnRejection: false, onReject: [reportTooLarge] };
  return [
    maxDepthPlugin({ n: MAX_DEPTH, ignoreIntrospection: true, flattenFragments: true, ...reported }),
    maxAliasesPlugin({ n: MAX_ALIASES, allowList: [], ...reported }),
  ];
}

/** The plugins call it a syntax error. */
function reportTooLarge(context: ValidationContext | null, { message }: GraphQLError): void {
  context?.reportError(new GraphQLError(message.replace('Syntax Error: ', '')));
}

const NO_CACHE = { get: () => undefined, set: () => {} };

function useParser(limits: DocumentLimits): Plugin<{ observation: Observation }> {
  return {
    onParse({ params, setParseFn }) {
      // Before the cache of documents, which hashes the text.
      requireDocumentLength(String(params.source), limits.length);
      setParseFn((text: string) => parseDocument(text, limits));
      return ({ result, context }) => {
        // Before yoga, which does not say what is wrong. An operation of a WebSocket has no params here.
        if (result === null || result instanceof Error || !('params' in context)) return;
        const { operation, name } = requireOperation(result, context.params.operationName);
        context.observation.setOperation(operation, name?.value);
      };
    },
  };
}

/** Comparing the fields of one name takes quadratic time, so graphql-js gives up at some point, without saying why. */
function useClearAbortion(): Plugin {
  const message =
    'The document selects the same response names too often to be validated: select each field once';
  return {
    onValidate:
      () =>
      ({ result, setResult }) => {
        if (!result.some((error) => error.message === 'Validation aborted.')) return;
        setResult([new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })]);
      },
  };
}

function useNoIntrospection(): Plugin {
  return { onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule) };
}
