import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';

/**
 * Takes JSON bodies and no others, up to a length that holds before they are read. Forms and plain text are what a
 * foreign page may send without asking first, so they are refused (415).
 *
 * Yoga's own limit wraps the body in a web stream, which costs as much as the rest of a small request
 * (docs/decisions/0003); here Node's stream is read as it is.
 *
 * @param maxBytes longer bodies are refused (413), whether they say their length or not
 */
export function useJsonBody(maxBytes: number): Plugin<object, { req: IncomingMessage }> {
  return {
    onRequestParse({ request, requestParser, serverContext, setRequestParser }) {
      if (request.method === 'GET' && requestParser) setRequestParser(refusingBadJson(requestParser));
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
      if (type !== 'application/json') {
        throw httpError(415, 'The content-type must be application/json');
      }
      setRequestParser(async () => parseParams(await readBody(serverContext.req, maxBytes)));
    },
  };
}

/** Yoga takes it for a mistake of its own where the variables in a URL are no JSON. */
function refusingBadJson<Args extends unknown[], Params>(parse: (...args: Args) => Params) {
  return async (...args: Args): Promise<Awaited<Params>> => {
    try {
      return await parse(...args);
    } catch {
      throw httpError(400, 'The variables and extensions in the URL must be valid JSON');
    }
  };
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLong = () => httpError(413, `The request body is longer than ${maxBytes} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLong();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += chunk.length;
      if (length > maxBytes) throw tooLong();
      chunks.push(chunk);
    }
  } catch (error) {
    // Whoever leaves while sending gets no answer, and is no mistake of ours for the log.
    throw error instanceof GraphQLError ? error : httpError(400, 'The request body broke off');
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What GraphQL over HTTP asks of the members is checked by yoga, later. */
function parseParams(body: string): GraphQLParams {
  try {
    return JSON.parse(body);
  } catch {
    throw httpError(400, 'The request body is not valid JSON');
  }
}

function httpError(status: number, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status, spec: false } } });
}
