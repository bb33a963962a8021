import { extname } from 'node:path';
import { decodeText } from './decode-text.ts';
import { checkLength, type Document, DocumentError } from './document.ts';
import { readDocx } from './docx.ts';
import { readHtml } from './html.ts';
import { readPdf } from './pdf.ts';
import { readCsv, readMarkdown, readPlainText } from './plain-text.ts';

/** PDF allows other bytes before its mark. */
const PDF_MARK_WITHIN = 1024;
const ZIP_MARK = 'PK\u0003\u0004';
/** Of old Office files, and of encrypted new ones. */
const OLE_MARK = '\u00d0\u00cf\u0011\u00e0';

/**
 * Reads a file by what is in it; its name only tells apart the kinds of text. Throws a {@link DocumentError} if it cannot be read
 * or has no text.
 */
export async function readDocument(bytes: Uint8Array, filename: string): Promise<Document> {
  if (bytes.length === 0) throw new DocumentError('The file is empty.');
  const document = await read(bytes, filename);
  if (document.text.trim() === '') {
    throw new DocumentError('The file has no text. A scanned document needs text recognition first.');
  }
  return document;
}

async function read(bytes: Uint8Array, filename: string): Promise<Document> {
  const beginning = Buffer.from(bytes.subarray(0, PDF_MARK_WITHIN)).toString('latin1');
  if (beginning.includes('%PDF-')) return readPdf(bytes);
  if (beginning.startsWith(ZIP_MARK)) return readDocx(bytes);
  if (beginning.startsWith(OLE_MARK)) {
    throw new DocumentError(
      'The file is an old or encrypted Office file: save it as DOCX without a password.',
    );
  }
  const text = decodeText(bytes);
  checkLength(text.length);
  return readText(text, extname(filename).toLowerCase());
}

function readText(text: string, extension: string): Document {
  if (/^\s*<(!doctype html|html)\b/i.test(text.slice(0, PDF_MARK_WITHIN))) return readHtml(text);
  switch (extension) {
    case '.html':
    case '.htm':
    case '.xhtml':
      return readHtml(text);
    case '.csv':
    case '.tsv':
      return readCsv(text);
    case '.md':
    case '.markdown':
      return readMarkdown(text);
    default:
      return readPlainText(text);
  }
}
