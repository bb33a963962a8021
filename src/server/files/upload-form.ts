/** The form with which a client uploads a file, read as it arrives. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { GraphQLError } from 'graphql';
import { codedError } from '../../errors.ts';
import { plainFileName } from './file-name.ts';

export interface UploadedFile {
  readonly filename: string;
  /** Fails with a GraphQLError if the file is too long, or what follows it in the form is not valid. */
  readonly content: AsyncIterable<Uint8Array>;
}

const LIMITS = { fieldNameSize: 100, fieldSize: 1_000, fields: 2, files: 1, parts: 3, headerPairs: 20 };
const PURPOSE = 'assistants';

type FileStream = Readable & { readonly truncated?: boolean };

/** Reads up to the content of the file. @throws GraphQLError BAD_USER_INPUT; the reason of the signal */
export function readUploadForm(
  request: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<UploadedFile> {
  const form = createForm(request, maxBytes);
  return new Promise((resolve, reject) => {
    let file: FileStream | undefined;
    let failure: unknown;
    const fail = (error: unknown) => {
      failure ??= error;
      reject(failure);
      // Whoever reads the content is told.
      file?.destroy(failure instanceof Error ? failure : undefined);
    };
    const ended = new Promise<void>((end) => form.once('finish', end));
    void ended.then(() => reject(invalid('file', 'is required')));
    form.once('error', () => fail(invalidForm()));
    signal.addEventListener('abort', () => fail(signal.reason));
    request.once('close', () => request.complete || fail(invalidForm()));
    form.on('field', (name: string, value: string) => {
      if (name !== 'purpose' || value !== PURPOSE)
        fail(invalid('purpose', `must be ${PURPOSE}, if it is there`));
    });
    for (const event of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      form.once(event, () => fail(invalid('file', 'must be the only file in the form')));
    }
    form.once('file', (name: string, stream: FileStream, filename: string) => {
      file = stream;
      stream.on('error', () => undefined);
      if (name !== 'file') {
        stream.resume();
        fail(invalid(name.slice(0, 100), 'is not a part of the form: name the file `file`'));
        return;
      }
      const content = contentOf(stream, maxBytes, async () => {
        await ended;
        if (failure !== undefined) throw failure;
      });
      resolve({ filename: plainFileName(filename), content });
    });
    request.pipe(form);
  });
}

async function* contentOf(
  stream: FileStream,
  maxBytes: number,
  restOfForm: () => Promise<void>,
): AsyncIterable<Uint8Array> {
  for await (const chunk of stream) {
    if (stream.truncated) throw tooLong(maxBytes);
    yield chunk;
  }
  if (stream.truncated) throw tooLong(maxBytes);
  await restOfForm();
}

function createForm(request: IncomingMessage, fileSize: number): BusboyInstance {
  const { 'content-type': type = '' } = request.headers;
  try {
    return new Busboy({ headers: { 'content-type': type }, limits: { ...LIMITS, fileSize } });
  } catch {
    throw codedError('BAD_USER_INPUT', 'The content-type must be multipart/form-data with a boundary', {
      http: { status: 415 },
    });
  }
}

export function tooLong(maxBytes: number): GraphQLError {
  const message = `The file must have at most ${maxBytes} bytes`;
  return codedError('BAD_USER_INPUT', message, { limits: { file: maxBytes }, http: { status: 413 } });
}

function invalidForm(): GraphQLError {
  return codedError('BAD_USER_INPUT', 'The request body is not a complete form', { http: { status: 400 } });
}

function invalid(argument: string, problem: string): GraphQLError {
  const http = { status: 400 };
  return codedError('BAD_USER_INPUT', `\`${argument}\` ${problem}`, { argument, http });
}
