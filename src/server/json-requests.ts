/**
 * Queries and mutations that are sent with POST, and whose responses are JSON: nearly all requests. Yoga responds to the others.
 * It could respond to these too, at more cost: see docs/decisions/0018.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { GraphQLError } from 'graphql';
import type { Observation } from '../telemetry/telemetry.ts';
import { jsonTypeFor } from './accept.ts';
import { type Arrivals, signalOf } from './arrivals.ts';
import type { Execution } from './execution.ts';
import type { ServerContext } from './graphql.ts';
import type { InTransit } from './in-transit.ts';
import { requireParams } from './params.ts';
import { beginResponse, countUnsent, isLong, piecesOf } from './response-body.ts';
import type { SerializedResult, SerializeResult } from './serialize-result.ts';
import { headOf } from './status.ts';

export interface JsonRequestsOptions {
  /** Of the graph. */
  readonly path: string;
  readonly arrivals: Arrivals;
  readonly execution: Execution;
  readonly maskError: (error: unknown) => GraphQLError;
  readonly serialize: SerializeResult;
  readonly responses: InTransit;
  /** Responds to any other request. */
  readonly respondOtherwise: (
    request: IncomingMessage,
    response: ServerResponse,
    context: Omit<ServerContext, 'req' | 'res'>,
  ) => void;
}

/** @returns whether it responds to the request */
export type RespondToJson = (
  request: IncomingMessage,
  response: ServerResponse,
  observation: Observation,
) => boolean;

export function createJsonRequests(options: JsonRequestsOptions): RespondToJson {
  const { path, arrivals, execution, maskError, serialize, responses, respondOtherwise } = options;

  /** Undefined if there is nothing to send. */
  const resultOf = async (
    request: IncomingMessage,
    response: ServerResponse,
    observation: Observation,
  ): Promise<SerializedResult | undefined> => {
    const arrival = await arrivals.receive(request, response, signalOf(response));
    if (arrival === undefined) return undefined;
    const { caller, params } = arrival;
    const handOver = () => {
      respondOtherwise(request, response, { observation, arrival });
      return undefined;
    };
    if (Array.isArray(params)) return handOver();
    const prepared = await execution.prepare(requireParams(params), observation);
    if ('errors' in prepared) return serialize(prepared);
    if (prepared.operation.operation === 'subscription') return handOver();
    return execution.execute(prepared, { caller, observation });
  };

  const send = (response: ServerResponse, result: SerializedResult, type: string) => {
    if (response.destroyed) return;
    const { text } = result;
    const transfer = isLong(text) ? beginResponse(response, text, responses) : undefined;
    const { status, headers } = headOf(result, type);
    response.writeHead(status, {
      ...headers,
      'content-type': `${type}; charset=utf-8`,
      'content-length': text.bytes,
    });
    if (transfer !== undefined) {
      Readable.from(piecesOf(text, transfer)).pipe(response);
    } else {
      response.end(result.stringify());
      countUnsent(response, text, responses);
    }
  };

  const respond = async (
    request: IncomingMessage,
    response: ServerResponse,
    observation: Observation,
    type: string,
  ) => {
    try {
      const result = await resultOf(request, response, observation);
      if (result !== undefined) send(response, result, type);
    } catch (error) {
      const errors = [maskError(error)];
      observation.setErrors(errors);
      if (response.headersSent) response.destroy();
      else send(response, await serialize({ errors }), type);
    }
  };

  return (request, response, observation) => {
    const type = jsonTypeFor(request.headers.accept);
    if (request.method !== 'POST' || request.url !== path || type === undefined) return false;
    void respond(request, response, observation, type);
    return true;
  };
}
