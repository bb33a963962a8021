/** The graph over HTTP: json-requests.ts for most requests, and yoga with our plugins for the others. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Config } from '../config.ts';
import { schema } from '../schema/index.ts';
import type { Observation } from '../telemetry/telemetry.ts';
import type { Arrival, Arrivals } from './arrivals.ts';
import type { EventStreams } from './event-streams.ts';
import type { Execution } from './execution.ts';
import type { InTransit } from './in-transit.ts';
import { createJsonRequests } from './json-requests.ts';
import type { SerializeResult } from './serialize-result.ts';
import { useArrival } from './use-arrival.ts';
import { useExecution } from './use-execution.ts';
import { useGraphiQL } from './use-graphiql.ts';
import { useReadableResponse } from './use-readable-response.ts';
import { useRefusedBatches } from './use-refused-batches.ts';
import { useSerializedResult } from './use-serialized-result.ts';

/** Path of the graph. */
export const PATH = '/graphql';

export interface GraphQLOptions {
  readonly config: Config;
  readonly arrivals: Arrivals;
  readonly execution: Execution;
  readonly eventStreams: EventStreams;
  readonly maskError: (error: unknown) => GraphQLError;
  readonly serialize: SerializeResult;
  /** Counts what is in memory of responses. */
  readonly responses: InTransit;
}

/** What yoga's plugins know of a request. */
export interface ServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly observation: Observation;
  /** Undefined until it has been read. */
  readonly arrival?: Arrival;
}

export type RespondToGraphQL = (
  request: IncomingMessage,
  response: ServerResponse,
  observation: Observation,
) => void;

export function createGraphQL(options: GraphQLOptions): RespondToGraphQL {
  const { config, arrivals, execution, eventStreams, maskError, serialize, responses } = options;
  const callers = useArrival(arrivals);
  const yoga = createYoga<Omit<ServerContext, 'req' | 'res'>>({
    schema,
    graphqlEndpoint: PATH,
    // use-graphiql.ts serves it.
    graphiql: false,
    landingPage: false,
    // json-body.ts has a limit of its own, at less cost.
    maxRequestBodySize: false,
    multipart: false,
    // http-server.ts lets pages of other origins in.
    cors: false,
    logging: false,
    maskedErrors: { maskError },
    // use-execution.ts does both.
    parserAndValidationCache: false,
    plugins: [
      config.GRAPHIQL && useGraphiQL(PATH, config.AUTH !== 'none'),
      useReadableResponse(),
      callers.plugin,
      useRefusedBatches(),
      useUnbufferedEvents(),
      useSerializedResult(serialize, responses),
      useExecution({ execution, eventStreams, callerOf: callers.of }),
    ],
  });
  const respondToJson = createJsonRequests({
    path: PATH,
    arrivals,
    execution,
    maskError,
    serialize,
    responses,
    respondOtherwise: (request, response, context) => void yoga(request, response, context),
  });
  return (request, response, observation) => {
    if (!respondToJson(request, response, observation)) void yoga(request, response, { observation });
  };
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
