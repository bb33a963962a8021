/** The GraphQL server: yoga with our plugins, for requests over HTTP and for operations on a WebSocket. */
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import {
  type DocumentNode,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  type ValidationContext,
} from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Config } from '../config.ts';
import type { CreateOperation } from '../operation.ts';
import { schema } from '../schema/index.ts';
import type { Caller, CallerReader } from './caller.ts';
import type { EventStreams } from './event-streams.ts';
import { graphiql, renderGraphiQL } from './graphiql.ts';
import type { Subscribe } from './subscriptions.ts';
import { useJsonBody } from './use-json-body.ts';
import { useOperation } from './use-operation.ts';
import { useResponseLimit } from './use-response-limit.ts';

export interface GraphQLOptions {
  readonly config: Config;
  readonly createOperation: CreateOperation;
  readonly callers: CallerReader;
  readonly subscribe: Subscribe;
  readonly eventStreams: EventStreams;
  readonly maskError: (error: unknown) => GraphQLError;
}

export function createGraphQL(options: GraphQLOptions) {
  const { config, createOperation, callers, subscribe, eventStreams, maskError } = options;
  return createYoga<object, { caller?: Caller }>({
    schema,
    graphiql: config.GRAPHIQL && graphiql,
    renderGraphiQL,
    landingPage: false,
    // use-json-body.ts has a limit of its own, at less cost.
    maxRequestBodySize: false,
    multipart: false,
    cors:
      config.CORS_ORIGINS === undefined
        ? false
        : // Cookies are not used.
          { origin: [...config.CORS_ORIGINS], methods: ['GET', 'POST'], credentials: false },
    logging: false,
    maskedErrors: { maskError },
    plugins: [
      useJsonBody(config.MAX_BODY),
      useTokenLimit(config.MAX_TOKENS),
      ...shapeLimits(config),
      !config.INTROSPECTION && useNoIntrospection(),
      useUnbufferedEvents(),
      useResponseLimit(config.MAX_ANSWER),
      useOperation({
        createOperation,
        callerOf: callers.ofRequest,
        limits: { calls: config.MAX_CALLS, nodes: config.MAX_NODES },
        subscribe,
        eventStreams,
      }),
    ],
  });
}

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

function useTokenLimit(maxTokens: number): Plugin {
  return {
    onParse: ({ setParseFn }) => setParseFn((source: string) => parseShallow(source, maxTokens)),
  };
}

/**
 * Yoga keeps the errors of a document for whoever sends it next, so they are complete here, whether they are first sent over HTTP
 * or on a WebSocket.
 */
function parseShallow(source: string, maxTokens: number): DocumentNode {
  try {
    return parse(source, { maxTokens });
  } catch (error) {
    const extensions = { code: 'GRAPHQL_PARSE_FAILED', http: { spec: true, status: 400 } };
    if (error instanceof GraphQLError) {
      const { message, source, positions } = error;
      throw new GraphQLError(message, { source, positions, extensions });
    }
    // Within the limit of tokens, values can still be nested deeper than the parser's stack is high.
    if (error instanceof RangeError)
      throw new GraphQLError('Syntax Error: The document is nested too deeply.', { extensions });
    throw error;
  }
}

function useNoIntrospection(): Plugin {
  return { onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule) };
}
