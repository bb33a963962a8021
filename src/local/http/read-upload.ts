import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setImmediate as afterOtherRequests } from 'node:timers/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { type ApiError, invalid } from './api-error.ts';
import { readChunks } from './request-reader.ts';

export interface Upload {
  readonly filename: string;
  readonly bytes: number;
}

const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;
/** Content is stored in pieces of about this size. */
const PIECE_BYTES = 256 * 1024;
const MAX_NAME_LENGTH = 255;
const LIMITS = { fieldNameSize: 100, fieldSize: 1_000, fields: 10, files: 10, parts: 20, headerPairs: 20 };

/**
 * Reads the two parts of an upload, and passes the content to `store` in pieces as it arrives. Throws a 400 that names the
 * invalid part; some of the content may have been stored by then.
 */
export async function readUpload(
  request: IncomingMessage,
  store: (piece: Uint8Array) => void,
): Promise<Upload> {
  const form = createForm(request);
  const others = new Map<string, string>();
  const content = createContent(store);
  let filename: string | undefined;
  form.on('field', (name, value) => others.set(name, value));
  form.on('file', (name, stream, itsFilename) => {
    // The form reports what is wrong with a part.
    stream.on('error', () => undefined);
    if (name !== 'file' || filename !== undefined) {
      others.set(name, '');
      stream.resume();
      return;
    }
    filename = decodeFilename(itsFilename);
    stream.on('data', content.add);
  });
  let failure: unknown;
  async function* body() {
    try {
      for await (const chunk of readChunks(request, MAX_UPLOAD_BYTES)) {
        yield chunk;
        if (content.storeFullPiece()) await afterOtherRequests();
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  await pipeline(body, form).catch(() => {
    throw failure ?? notAForm();
  });
  return { filename: checkParts(filename, others), bytes: content.storeRest() };
}

/** The content so far, in pieces that are worth a commit. */
function createContent(store: (piece: Uint8Array) => void) {
  let chunks: Uint8Array[] = [];
  let waiting = 0;
  let stored = 0;
  const storeAll = () => {
    if (waiting > 0) store(Buffer.concat(chunks));
    stored += waiting;
    chunks = [];
    waiting = 0;
    return stored;
  };
  return {
    add(chunk: Uint8Array) {
      chunks.push(chunk);
      waiting += chunk.byteLength;
    },
    storeFullPiece: () => waiting >= PIECE_BYTES && storeAll() > 0,
    storeRest: storeAll,
  };
}

/** Returns the name of the file. Throws a 400 that names an invalid part. */
function checkParts(filename: string | undefined, others: ReadonlyMap<string, string>): string {
  for (const name of others.keys()) {
    if (name !== 'file' && name !== 'purpose')
      throw invalid(`'${name}' is not a parameter of this operation.`, name);
  }
  const purpose = others.get('purpose');
  if (purpose === undefined) throw invalid("'purpose' is required.", 'purpose');
  if (purpose !== 'assistants') throw invalid("'purpose' must be 'assistants'.", 'purpose');
  if (filename === undefined && others.has('file')) {
    throw invalid("'file' must be a file, with a file name.", 'file');
  }
  if (filename === undefined) throw invalid("'file' is required.", 'file');
  if (others.has('file')) throw invalid("'file' must be a single file.", 'file');
  if (filename.length > MAX_NAME_LENGTH) {
    throw invalid(`'file' must have a name of at most ${MAX_NAME_LENGTH} characters.`, 'file');
  }
  return filename;
}

/** Browsers and fetch escape these three characters in the name of a file, and no others. */
function decodeFilename(name: string): string {
  return name.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n');
}

function createForm({ headers }: IncomingMessage): BusboyInstance {
  const { 'content-type': type = '' } = headers;
  if (!/^multipart\/form-data\b/i.test(type)) throw notAForm();
  try {
    return new Busboy({ headers: { 'content-type': type }, limits: LIMITS });
  } catch {
    throw notAForm();
  }
}

function notAForm(): ApiError {
  return invalid('The body must be multipart/form-data with the parts `file` and `purpose`.');
}
