/** `POST /files` and `GET /files/{id}/content`: files pass through to the REST API and back. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { GraphQLError } from 'graphql';
import type { Admission } from '../../admission/admission.ts';
import type { Authenticate } from '../../auth/authenticator.ts';
import type { Principal } from '../../context.ts';
import { codedError, type ErrorCode } from '../../errors.ts';
import { AbortedError, DeadlineError } from '../../rest/errors.ts';
import type { Files } from '../../rest/files.ts';
import type { Scope } from '../../scopes.ts';
import type { Observation } from '../../telemetry/telemetry.ts';
import { attachment } from './file-name.ts';
import { readUploadForm, tooLong } from './upload-form.ts';

export interface FileRoutesOptions {
  readonly files: Files;
  readonly authenticate: Authenticate;
  readonly admission: Admission;
  readonly maskError: (error: unknown) => GraphQLError;
  readonly maxBytes: number;
  /** How long a file may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Files under way at a time. */
  readonly maxTransfers: number;
}

/** @returns whether the path of the request is one of those for files; then it is responded to */
export type FileRoutes = (
  request: IncomingMessage,
  response: ServerResponse,
  observation: Observation,
) => boolean;

/** What a form on a web page cannot send: without it, any page could upload files to a server on loopback. */
const REQUIRED_HEADER = 'x-requested-with';
/** What a form has around the file. */
const FORM_BYTES = 64 * 1024;
export const UPLOAD_PATH = '/files';
const CONTENT = /^\/files\/([\w-]{1,200})\/content$/;

interface Transfer {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly principal: Principal;
  readonly signal: AbortSignal;
  readonly observation: Observation;
}

export function createFileRoutes(options: FileRoutesOptions): FileRoutes {
  const { files, authenticate, admission, maskError, maxBytes, timeoutMs, maxTransfers } = options;
  let transfers = 0;

  const upload = async ({ request, response, principal, signal, observation }: Transfer) => {
    if (request.headers[REQUIRED_HEADER] === undefined) throw missingHeader();
    if (Number(request.headers['content-length'] ?? 0) > maxBytes + FORM_BYTES) throw tooLong(maxBytes);
    const { filename, content } = await readUploadForm(request, maxBytes, signal);
    const boundary = `form-${randomBytes(18).toString('hex')}`;
    const type = `multipart/form-data; boundary=${boundary}`;
    const { credential } = principal;
    const body = formOf(boundary, filename, content);
    const info = await files.upload(body, type, { credential, signal, observer: observation.calls });
    sendJson(response, 200, info);
  };

  const download = async (id: string, { response, principal, signal, observation }: Transfer) => {
    const request = { credential: principal.credential, signal, observer: observation.calls };
    const { filename } = await files.info(id, request);
    const content = await files.content(id, request);
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-disposition': attachment(filename || id),
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    });
    // All that follows the response listens, and a pipeline several times.
    response.setMaxListeners(0);
    await pipeline(content, response, { signal });
  };

  /** Authenticates the client and counts the transfer while `work` lasts. */
  const transfer = async (
    [request, response, observation]: Parameters<FileRoutes>,
    scope: Scope,
    work: (transfer: Transfer) => Promise<void>,
  ) => {
    const { authorization, 'openai-organization': organization } = request.headers;
    const { principal } = await authenticate({ authorization, organization: [organization].flat()[0] });
    // It left while it was authenticated. No event will say so.
    if (response.destroyed) throw new AbortedError('The client disconnected');
    if (!principal.scopes.has(scope)) throw forbidden(scope);
    const refusal = admission.admit(principal);
    if (refusal !== undefined) throw refusal;
    if (transfers >= maxTransfers) throw tooMany(maxTransfers);
    transfers++;
    const controller = new AbortController();
    const { signal } = controller;
    const late = new DeadlineError(`The file took longer than ${timeoutMs} ms`);
    const timer = setTimeout(() => controller.abort(late), timeoutMs);
    response.once('close', () => controller.abort(new AbortedError('The client disconnected')));
    try {
      await work({ request, response, principal, signal, observation });
    } catch (error) {
      // A pipeline that is aborted does not fail with the reason.
      throw signal.aborted ? signal.reason : error;
    } finally {
      clearTimeout(timer);
      transfers--;
    }
  };

  const fail = (response: ServerResponse, observation: Observation, error: unknown) => {
    const masked = maskError(error);
    observation.setErrors([masked]);
    // The client sees that the content is not complete.
    if (response.headersSent) response.destroy();
    else sendError(response, masked);
  };

  return (request, response, observation) => {
    const [path = ''] = request.url?.split('?') ?? [];
    const id = CONTENT.exec(path)?.[1];
    if (path !== UPLOAD_PATH && id === undefined) return false;
    const method = id === undefined ? 'POST' : 'GET';
    observation.setOperation(id === undefined ? 'upload' : 'download');
    if (request.method !== method) {
      response.writeHead(405, { allow: method }).end();
      return true;
    }
    const args = [request, response, observation] as const;
    const done =
      id === undefined
        ? transfer([...args], 'files:write', upload)
        : transfer([...args], 'files:read', (each) => download(id, each));
    done.catch((error: unknown) => fail(response, observation, error));
    return true;
  };
}

async function* formOf(boundary: string, filename: string, content: AsyncIterable<Uint8Array>) {
  const part = (head: string) => Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n`);
  yield part('name="purpose"\r\n\r\nassistants');
  yield part(`name="file"; filename="${filename}"\r\ncontent-type: application/octet-stream\r\n`);
  yield* content;
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

const STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  RATE_LIMITED: 429,
  UPSTREAM_TIMEOUT: 504,
  UPSTREAM_UNAVAILABLE: 503,
  UPSTREAM_ERROR: 502,
  OUTCOME_UNKNOWN: 502,
};

function sendError(response: ServerResponse, { message, extensions }: GraphQLError): void {
  const { http, ...others } = extensions;
  const byCode = new Map<unknown, number>(Object.entries(STATUSES));
  const { status = byCode.get(others.code) ?? 500, headers = {} } = Object(http);
  // The rest of the request is not read.
  response.shouldKeepAlive = false;
  for (const [name, value] of Object.entries<string>(headers)) response.setHeader(name, value);
  sendJson(response, status, { errors: [{ message, extensions: others }] });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

function missingHeader(): GraphQLError {
  const message = `The header ${REQUIRED_HEADER} is required, with any value: forms of other pages cannot send it`;
  return codedError('BAD_USER_INPUT', message, { http: { status: 400 } });
}

function forbidden(scope: Scope): GraphQLError {
  return codedError('FORBIDDEN', `The scope ${scope} is required`, { scope, http: { status: 403 } });
}

function tooMany(max: number): GraphQLError {
  const message = `At most ${max} files are transferred at a time: try again later`;
  return codedError('RATE_LIMITED', message, { http: { status: 503, headers: { 'retry-after': '1' } } });
}
