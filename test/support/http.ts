import { type IncomingHttpHeaders, request as sendRequest } from 'node:http';

export interface HttpResult {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface HttpRequest {
  readonly method?: string;
  /** Appended to the path of `url`. */
  readonly search?: string;
  /** Replaces the path and the query. */
  readonly target?: string;
  /** Any headers. fetch() does not allow Host or Origin. */
  readonly headers?: Record<string, string>;
  /** A list is sent in chunks, without a content-length. */
  readonly body?: string | readonly string[];
}

/** Sends one request on a new connection. */
export function sendHttp(url: string, request: HttpRequest): Promise<HttpResult> {
  const { method = 'POST', search = '', target, headers = {}, body = '' } = request;
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, ...(target !== undefined && { path: target }) };
    const outgoing = sendRequest(url + search, options, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    outgoing.on('error', reject);
    if (typeof body === 'string') {
      outgoing.end(body);
      return;
    }
    for (const piece of body) outgoing.write(piece);
    outgoing.end();
  });
}

/** Sends an operation, or a list of them, by POST. */
export function postOperation(
  url: string,
  operation: object,
  headers: Record<string, string> = {},
): Promise<HttpResult> {
  const body = JSON.stringify(operation);
  return sendHttp(url, { headers: { 'content-type': 'application/json', ...headers }, body });
}

/** The codes and messages of the errors in a GraphQL response. */
export function errorsIn(text: string): { code: string; message: string }[] {
  const { errors = [] }: { errors?: { message: string; extensions: { code: string } }[] } = JSON.parse(text);
  return errors.map(({ message, extensions }) => ({ code: extensions.code, message }));
}
