import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { type OperationName, operations } from '../../src/rest/operations.ts';
import { listenLocally } from './listen.ts';

/** A REST request that the upstream received. */
export interface Call {
  readonly operation: OperationName | undefined;
  readonly method: string;
  /** The path after `/v1`, with the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Responds instead of the real API, and then returns true. If it returns false, the real API responds. */
export type Interception = (call: Call, response: ServerResponse) => boolean | Promise<boolean>;

/** A proxy before a real API. It records all calls, and tests can replace its responses. */
export interface Upstream {
  readonly url: string;
  /** The calls since the last `calls.length = 0`. */
  readonly calls: Call[];
  /** Called first for each call. Set it to undefined after the test. */
  intercept: Interception | undefined;
  close(): Promise<void>;
}

export async function startUpstream(apiUrl: string): Promise<Upstream> {
  // No idle timeout: on a busy machine it would close connections in use, and retries would be counted as calls.
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const call = await readCall(request).catch(() => undefined);
    // The server has given it up.
    if (call === undefined) return;
    upstream.calls.push(call);
    if (await upstream.intercept?.(call, response)) return;
    forward(apiUrl, call, response);
  });
  const port = await listenLocally(server);
  const upstream: Upstream = {
    url: `http://127.0.0.1:${port}/v1`,
    calls: [],
    intercept: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return upstream;
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method = '', url = '', headers } = request;
  const path = url.replace(/^\/v1/, '');
  const body = Buffer.concat(chunks).toString();
  return { operation: operationOf(method, path), method, path, headers, body };
}

function operationOf(method: string, path: string): OperationName | undefined {
  const [bare = ''] = path.split('?');
  const names = Object.keys(operations) as OperationName[];
  return names.find((name) => {
    const operation = operations[name];
    return operation.method === method && patternOf(operation.path).test(bare);
  });
}

/** `/threads/runs` is an operation of its own, not a thread named runs. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace('/threads/{', '/threads/(?!runs$){').replace(/\{\w+\}/g, '[^/]+')}$`);
}

/** Lets an API respond to a call. */
export function forward(
  apiUrl: string,
  { method, path, headers, body }: Call,
  response: ServerResponse,
): void {
  const outgoing = sendRequest(apiUrl + path, { method, headers }, (incoming) => {
    response.writeHead(incoming.statusCode ?? 500, incoming.headers);
    incoming.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  outgoing.end(body);
}
