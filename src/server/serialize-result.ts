/** How results and their errors become the text that is sent, whether over HTTP, as an event or on a WebSocket. */
import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { codedError } from '../errors.ts';
import { locationsOf } from './document.ts';
import { createJsonWriter, type JsonText, JsonTooLongError } from './json-writer.ts';

/** Of the message of an error, in characters: graphql-js quotes values of any length. */
const MAX_MESSAGE_LENGTH = 1000;

/** A result as it is sent. Of its data and errors, it has only what decides about the status of a response. */
export interface SerializedResult extends ExecutionResult {
  readonly text: JsonText;
  /** The text as one string. Yoga calls this, too. */
  readonly stringify: () => string;
}

/**
 * Serializes a result. One that is longer than the limit is replaced by QUERY_TOO_EXPENSIVE without data; what a mutation
 * changed stays changed. A result that is serialized already is returned as it is.
 */
export type SerializeResult = (result: ExecutionResult) => SerializedResult | Promise<SerializedResult>;

/** @param maxBytes maximum length of a result as it is sent, errors included */
export function createResultSerializer(maxBytes: number): SerializeResult {
  const write = createJsonWriter();
  const onError = (error: unknown): JsonText => {
    if (!(error instanceof JsonTooLongError)) throw error;
    const json = JSON.stringify(tooLong(maxBytes));
    return { pieces: [json], bytes: json.length };
  };
  const textOf = (result: ExecutionResult) => {
    try {
      const text = write(formattedResult(result), maxBytes);
      return text instanceof Promise ? text.catch(onError) : text;
    } catch (error) {
      return onError(error);
    }
  };
  return (result) => {
    if (isSerialized(result)) return result;
    const outline = outlineOf(result);
    const text = textOf(result);
    return text instanceof Promise
      ? text.then((whole) => serialized(outline, whole))
      : serialized(outline, text);
  };
}

export function isSerialized(result: object): result is SerializedResult {
  return 'text' in result;
}

function serialized(outline: ExecutionResult, text: JsonText): SerializedResult {
  let json: string | undefined;
  const stringify = () => {
    json ??= text.pieces.join('');
    return json;
  };
  return { ...outline, text, stringify };
}

/** Yoga copies every error that it is given, so it gets one of each status. */
function outlineOf({ data, errors }: ExecutionResult): ExecutionResult {
  const byStatus = new Map<unknown, GraphQLError>();
  for (const error of errors ?? []) {
    const { status, spec } = Object(error.extensions.http);
    const key = `${status} ${spec}`;
    if (!byStatus.has(key)) byStatus.set(key, error);
  }
  return {
    ...(data !== undefined && { data: null }),
    ...(errors !== undefined && { errors: [...byStatus.values()] }),
  };
}

function formattedResult({ errors, ...rest }: ExecutionResult): object {
  return errors === undefined ? rest : { errors: errors.map(formattedError), ...rest };
}

/** What is sent of an error: without what its extensions say about the response, and with its place in the document. */
export function formattedError(error: GraphQLError): GraphQLFormattedError {
  const { path } = error;
  const { http: _http, unexpected: _unexpected, ...extensions } = error.extensions;
  const locations = locationsOf(error);
  return {
    message: shortened(error.message),
    ...(locations && { locations }),
    ...(path && { path }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
  };
}

function shortened(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
}

function tooLong(maxBytes: number): object {
  const message = `The response is longer than ${maxBytes} bytes: request less at a time`;
  const error = codedError('QUERY_TOO_EXPENSIVE', message, { limits: { answer: maxBytes } });
  return { errors: [formattedError(error)], data: null };
}
