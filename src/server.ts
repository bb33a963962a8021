import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
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
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { listen } from './http/listen.ts';
import { createOperationFactory } from './operation.ts';
import type { Transport } from './rest/transport.ts';
import { schema } from './schema/index.ts';
import { createCallerReader } from './server/caller.ts';
import { graphiql, renderGraphiQL } from './server/graphiql.ts';
import { createErrorMask } from './server/mask-error.ts';
import { reject, rejectionOf } from './server/origin.ts';
import { useJsonBody } from './server/use-json-body.ts';
import { useOperation } from './server/use-operation.ts';
import { useResponseLimit } from './server/use-response-limit.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly transport: Transport;
  readonly log: Logger;
}

export interface Server {
  /** Where the graph is served, such as `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  /** Takes no more requests, waits for those under way for most of SHUTDOWN_MS, and cuts the rest. */
  close(): Promise<void>;
}

/** The part of SHUTDOWN_MS that operations under way may have; the rest is for what closes after them. */
const CUT_AFTER = 0.8;

/** Serves the graph over HTTP once the promise resolves. @throws ListenError if the port is unavailable */
export async function createServer({ config, transport, log }: ServerOptions): Promise<Server> {
  const yoga = createGraphQL({ config, transport, log });
  const rules = { origins: config.CORS_ORIGINS ?? [], loopbackOnly: config.AUTH === 'none' };
  let closing = false;
  const server = createHttpServer((request: IncomingMessage, response: ServerResponse) => {
    // Node keeps a connection open for more requests even once the server takes none.
    response.once('close', () => closing && server.closeIdleConnections());
    const rejection = rejectionOf(request, rules);
    if (rejection !== undefined) reject(response, rejection);
    // Where a person looks who was told host and port.
    else if (request.url === '/') response.writeHead(302, { location: yoga.graphqlEndpoint }).end();
    else yoga(request, response);
  });
  const { HOST: host, PORT: port } = config;
  const origin = await listen(server, { host, port, settings: 'PORT or HOST' });
  return {
    url: origin + yoga.graphqlEndpoint,
    async close() {
      closing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), config.SHUTDOWN_MS * CUT_AFTER);
      await closed;
      clearTimeout(cut);
    },
  };
}

function createGraphQL({ config, transport, log }: ServerOptions) {
  return createYoga({
    schema,
    graphiql: config.GRAPHIQL && graphiql,
    renderGraphiQL,
    landingPage: false,
    // Our own limit, in use-json-body.ts, is enforced before a body is read.
    maxRequestBodySize: false,
    multipart: false,
    cors:
      config.CORS_ORIGINS === undefined
        ? false
        : // A browser's cookies are nothing to us.
          { origin: [...config.CORS_ORIGINS], methods: ['GET', 'POST'], credentials: false },
    logging: false,
    maskedErrors: { maskError: createErrorMask(log) },
    plugins: [
      useJsonBody(config.MAX_BODY),
      useTokenLimit(config.MAX_TOKENS),
      ...shapeLimits(config),
      !config.INTROSPECTION && useNoIntrospection(),
      useResponseLimit(config.MAX_ANSWER),
      useOperation({
        createOperation: createOperationFactory({
          transport,
          connections: config.UPSTREAM_CONNECTIONS,
          timeoutMs: config.UPSTREAM_TIMEOUT_MS,
        }),
        callerOf: createCallerReader(config),
        limits: { calls: config.MAX_CALLS, nodes: config.MAX_NODES },
      }),
    ],
  });
}

/** What is past them is reported as any other error of validation, and not thrown. */
function shapeLimits({ MAX_DEPTH, MAX_ALIASES }: Config): Plugin[] {
  const reported = { propagateOnRejection: false, onReject: [reportTooLarge] };
  return [
    maxDepthPlugin({ n: MAX_DEPTH, ignoreIntrospection: true, flattenFragments: true, ...reported }),
    maxAliasesPlugin({ n: MAX_ALIASES, allowList: [], ...reported }),
  ];
}

/** The plugins call it a syntax error, which it is not. */
function reportTooLarge(context: ValidationContext | null, { message }: GraphQLError): void {
  context?.reportError(new GraphQLError(message.replace('Syntax Error: ', '')));
}

function useTokenLimit(maxTokens: number): Plugin {
  return {
    onParse: ({ setParseFn }) => setParseFn((source: string) => parseShallow(source, maxTokens)),
  };
}

/** Within the limit of tokens, values can still be nested deeper than the parser's stack is high. */
function parseShallow(source: string, maxTokens: number): DocumentNode {
  try {
    return parse(source, { maxTokens });
  } catch (error) {
    if (error instanceof RangeError)
      throw new GraphQLError('Syntax Error: The document is nested too deeply.');
    throw error;
  }
}

function useNoIntrospection(): Plugin {
  return { onValidate: ({ addValidationRule }) => addValidationRule(NoSchemaIntrospectionCustomRule) };
}
