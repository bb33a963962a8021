/**
 * The entry point of a process that reads one file: its bytes come on standard input, its name is the argument. Writes one JSON
 * object a line: the passages and what could not be read, then the end or an error.
 */
import { once } from 'node:events';
import { DocumentError, type Unread } from './document.ts';
import { MAX_PASSAGES, type Passage, passagesOf } from './passages.ts';
import { readDocument } from './read-document.ts';

type ReaderLine = Passage | Unread | { readonly end: true } | { readonly error: string };

const TOO_MANY = `The file has more than ${MAX_PASSAGES} passages.`;

async function write(line: ReaderLine): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain');
}

try {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const document = await readDocument(Buffer.concat(chunks), process.argv[2] ?? '');
  const passages = [];
  for (const passage of passagesOf(document)) {
    if (passages.length === MAX_PASSAGES) throw new DocumentError(TOO_MANY);
    passages.push(passage);
  }
  for (const passage of passages) await write(passage);
  if (document.unread !== undefined) await write({ unread: document.unread });
  await write({ end: true });
} catch (error) {
  if (!(error instanceof DocumentError)) throw error;
  await write({ error: error.message });
}
