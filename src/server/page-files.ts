/** The files of a web page, at paths of their own. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { pageHeaders } from './page-headers.ts';

/** @returns whether the path of the request is one of the page; then it is responded to */
export type PageServer = (request: IncomingMessage, response: ServerResponse) => boolean;

interface PageFile {
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The page can load and call nothing but this server. */
const HEADERS = {
  ...pageHeaders(
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
  ),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'accept-encoding',
};

/**
 * Serves the files that are in the directory now: `index.html` at `/`, and each file at its own path. A request chooses among them by
 * name, so that it cannot lead to another file.
 *
 * @returns undefined if the directory has no `index.html`
 */
export async function createPageServer(directory: string): Promise<PageServer | undefined> {
  const names = await readdir(directory, { recursive: true }).catch((): string[] => []);
  if (!names.includes('index.html')) return undefined;
  const served = names.filter((name) => extname(name) in TYPES);
  const paths = new Map(
    served.map((name) => [name === 'index.html' ? '/' : `/${name.replaceAll(sep, '/')}`, name]),
  );
  const files = new Map<string, Promise<PageFile>>();
  const read = (name: string) => {
    const file = files.get(name) ?? readPageFile(join(directory, name));
    files.set(name, file);
    file.catch(() => files.delete(name));
    return file;
  };
  return (request, response) => {
    const [path = ''] = request.url?.split('?') ?? [];
    const name = paths.get(path);
    if (name === undefined) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return true;
    }
    read(name).then(
      (file) => send(file, name, request, response),
      () => response.writeHead(503, { 'retry-after': '1' }).end(),
    );
    return true;
  };
}

async function readPageFile(path: string): Promise<PageFile> {
  const body = await readFile(path);
  return {
    body,
    gzipped: await promisify(gzip)(body),
    etag: `"${createHash('sha256').update(body).digest('base64url')}"`,
  };
}

function send(
  { body, gzipped, etag }: PageFile,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const isGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const content = isGzip ? gzipped : body;
  const tag = isGzip ? etag.replace(/"$/, '-gzip"') : etag;
  const headers = {
    ...HEADERS,
    // The names of assets change with their content.
    'cache-control': name.startsWith(`assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: tag,
  };
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    'content-type': TYPES[extname(name)],
    'content-length': content.length,
    ...(isGzip && { 'content-encoding': 'gzip' }),
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}
