/** Files of the REST API: their content passes through, and is never in memory as a whole. */
import { Readable } from 'node:stream';
import { Pool } from 'undici';
import { z } from 'zod';
import { type CallObserver, observe } from './call-observer.ts';
import type { Circuit } from './circuit.ts';
import { credentialHeaders, throwNamed, type UpstreamCredential } from './client.ts';
import { statusError } from './error-response.ts';
import { ConnectionError, MalformedResponseError, OutcomeUnknownError } from './errors.ts';
import { type FileCallName, fileCalls } from './file-calls.ts';
import { fillPath } from './path.ts';

/** A file as the REST API describes it. */
export type FileInfo = z.output<typeof fileInfo>;

const fileInfo = z.object({
  id: z.string().min(1).max(200),
  object: z.string().catch('file'),
  bytes: z.number().catch(0),
  created_at: z.number().catch(0),
  filename: z.string().catch(''),
  purpose: z.string().catch('assistants'),
});

export interface FileRequest {
  readonly credential: UpstreamCredential;
  /** Aborted when the client leaves or takes too long, with a RestError as its reason. */
  readonly signal: AbortSignal;
  readonly observer: CallObserver;
}

export interface Files {
  /**
   * Sends a form as it is made.
   *
   * @param body of a multipart form
   * @throws HttpStatusError, ConnectionError; OutcomeUnknownError if the file may have been stored; the reason of the signal; what
   * `body` throws
   */
  upload(body: AsyncIterable<Uint8Array>, contentType: string, request: FileRequest): Promise<FileInfo>;
  /** @throws as `upload` does; InvalidIdError */
  info(id: string, request: FileRequest): Promise<FileInfo>;
  /** @throws as `info` does, also while the content is read */
  content(id: string, request: FileRequest): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

export interface FilesOptions {
  /** Base URL of the REST API. */
  readonly url: string;
  readonly connections: number;
  /** Longest pause in a response, in milliseconds. */
  readonly idleMs: number;
  readonly circuit: Circuit;
}

/** Of a response that describes a file, or an error. */
const MAX_INFO_BYTES = 64 * 1024;

/** Opens connections of its own as needed, so that files do not take those of operations. */
export function createFiles({ url, connections, idleMs, circuit }: FilesOptions): Files {
  const base = new URL(url);
  const root = base.pathname.replace(/\/+$/, '');
  const pool = new Pool(base.origin, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: idleMs });

  const send = async (
    name: FileCallName,
    ids: { readonly file_id?: string },
    { credential, signal, observer }: FileRequest,
    upload?: { readonly body: AsyncIterable<Uint8Array>; readonly contentType: string },
  ) => {
    const { method, path } = fileCalls[name];
    const target = root + fillPath(path, ids);
    const headers = credentialHeaders(credential);
    if (upload !== undefined) headers['content-type'] = upload.contentType;
    const report = circuit.begin();
    const call = observe(observer, name, headers);
    call.begin();
    const response = await pool
      .request({
        method,
        path: target,
        headers,
        signal,
        ...(upload !== undefined && { body: Readable.from(upload.body, { objectMode: false }) }),
      })
      .catch((error: unknown) => {
        const failure = failureOf(error, signal);
        report(failure instanceof ConnectionError ? 'down' : 'unknown', failure);
        return call.fail(failure);
      });
    const { statusCode: status } = response;
    report(status === 503 ? 'down' : 'alive');
    call.end(status);
    const content = contentOf(name, response.body, signal);
    if (status < 400) return content;
    const secrets = [credential.apiKey, credential.organization ?? ''];
    throw statusError({ status, headers: response.headers, text: await readText(content) }, secrets);
  };

  return {
    async upload(body, contentType, request) {
      let isSent = false;
      async function* counted() {
        isSent = true;
        yield* body;
      }
      try {
        return await readInfo(await send('uploadFile', {}, request, { body: counted(), contentType }));
      } catch (error) {
        const isUnknown = error instanceof ConnectionError && isSent;
        if (isUnknown) request.observer.outcomeUnknown('uploadFile');
        return throwNamed('uploadFile', isUnknown ? new OutcomeUnknownError(error) : error);
      }
    },
    info: (file_id, request) =>
      send('getFile', { file_id }, request)
        .then(readInfo)
        .catch((error) => throwNamed('getFile', error)),
    content: (file_id, request) =>
      send('getFileContent', { file_id }, request).catch((error) => throwNamed('getFileContent', error)),
    close: () => pool.destroy(),
  };
}

async function* contentOf(
  name: FileCallName,
  body: Readable,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throwNamed(name, failureOf(error, signal));
  }
}

/** What the caller has thrown or aborted is its own; anything else is the connection. */
function failureOf(error: unknown, signal: AbortSignal): Error {
  if (signal.aborted && signal.reason instanceof Error) return signal.reason;
  if (error instanceof Error && 'extensions' in error) return error;
  return new ConnectionError('The connection to the upstream was lost', true, error);
}

async function readInfo(content: AsyncIterable<Uint8Array>): Promise<FileInfo> {
  const info = fileInfo.safeParse(toJson(await readText(content)));
  if (!info.success) throw new MalformedResponseError('The upstream response does not describe a file');
  return info.data;
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @returns an empty text if it is too long */
async function readText(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > MAX_INFO_BYTES) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
