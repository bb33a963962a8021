import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type OperationName, operations } from '../../src/rest/operations.ts';

/** One REST request as it passed by. */
export interface Call {
  readonly operation: OperationName | undefined;
  readonly method: string;
  /** Below `/v1`, with its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What stands in for the answer of the API behind: return true once the response has been dealt with. */
export type Interception = (call: Call, response: ServerResponse) => boolean | Promise<boolean>;

/** An upstream that passes everything on to a real API, writes down what it saw, and can be made to misbehave. */
export interface Upstream {
  readonly url: string;
  /** What was asked since the last `calls.length = 0`. */
  readonly calls: Call[];
  /** Sees each call first; put `undefined` back afterwards. */
  intercept: Interception | undefined;
  close(): Promise<void>;
}

export async function startUpstream(behind: string): Promise<Upstream> {
  const server = createServer(async (request, response) => {
    const call = await readCall(request);
    upstream.calls.push(call);
    if (await upstream.intercept?.(call, response)) return;
    passOn(behind, call, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
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

/** `/threads/runs` is no thread called runs. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace('/threads/{', '/threads/(?!runs$){').replace(/\{\w+\}/g, '[^/]+')}$`);
}

function passOn(behind: string, { method, path, headers, body }: Call, response: ServerResponse): void {
  const outgoing = sendRequest(behind + path, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  outgoing.end(body);
}
