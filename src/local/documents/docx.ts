import { Parser } from 'htmlparser2';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { checkDepth, type Document, DocumentBuilder, DocumentError } from './document.ts';

const TEXT = 'word/document.xml';
const STYLES = 'word/styles.xml';
/** XML has more characters than its text. */
const MAX_XML_BYTES = 128 * 1024 * 1024;
/** Of an archive with more files, the first ones are looked at. */
const MAX_ENTRIES = 10_000;

/** The text of a DOCX file. Throws a {@link DocumentError} if the archive is something else, or too large when unpacked. */
export async function readDocx(bytes: Uint8Array): Promise<Document> {
  const parts = await readParts(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const text = parts.get(TEXT);
  if (text === undefined) throw new DocumentError('The file is a ZIP archive, but not a DOCX document.');
  return readText(text, readHeadingStyles(parts.get(STYLES) ?? []));
}

/** The parts of the document, each in chunks. */
async function readParts(archive: Buffer): Promise<Map<string, Buffer[]>> {
  const parts = new Map<string, Buffer[]>();
  try {
    const zip = await fromBufferPromise(archive);
    let entries = 0;
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === TEXT || entry.fileName === STYLES) {
        parts.set(entry.fileName, await unpack(zip, entry));
      }
      entries += 1;
      if (parts.size === 2 || entries === MAX_ENTRIES) break;
    }
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError('The file is a damaged or encrypted ZIP archive.');
  }
  return parts;
}

/** Stops at the limit: what an archive says about its size need not be true. */
async function unpack(zip: ZipFile, entry: Entry): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_XML_BYTES) {
      throw new DocumentError(`The document has more than ${MAX_XML_BYTES} bytes when it is unpacked.`);
    }
    chunks.push(chunk);
  }
  return chunks;
}

interface Handler {
  onopentag(name: string, attributes: Readonly<Record<string, string>>): void;
  ontext?(part: string): void;
  onclosetag?(name: string): void;
}

function parse(xml: Iterable<Buffer>, handler: Handler): void {
  let depth = 0;
  const checked: Handler = {
    ...handler,
    onopentag(name, attributes) {
      depth += 1;
      checkDepth(depth);
      handler.onopentag(name, attributes);
    },
    onclosetag(name) {
      depth -= 1;
      handler.onclosetag?.(name);
    },
  };
  const parser = new Parser(checked, { xmlMode: true, decodeEntities: true });
  const decoder = new TextDecoder('utf-8');
  for (const chunk of xml) parser.write(decoder.decode(chunk, { stream: true }));
  parser.write(decoder.decode());
  parser.end();
}

/** The levels of the heading styles by their ids. Ids are in the language of the program that wrote them, names are not. */
function readHeadingStyles(xml: Iterable<Buffer>): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  let id = '';
  parse(xml, {
    onopentag(name, attributes) {
      if (name === 'w:style') id = attributes['w:styleId'] ?? '';
      if (name !== 'w:name') return;
      const heading = /^(?:title|heading ([1-9]))$/i.exec(attributes['w:val'] ?? '');
      if (heading) levels.set(id, Number(heading[1] ?? 1));
    },
  });
  return levels;
}

/** Each paragraph is a block, and so is each row of a table. */
function readText(xml: Iterable<Buffer>, headings: ReadonlyMap<string, number>): Document {
  const builder = new DocumentBuilder();
  let text = '';
  let level: number | undefined;
  let isText = false;
  let rows = 0;
  const endBlock = () => {
    builder.add(text, { level });
    text = '';
    level = undefined;
  };
  parse(xml, {
    onopentag(name, attributes) {
      if (name === 'w:t') isText = true;
      if (name === 'w:tr') rows += 1;
      if (name === 'w:pStyle' && rows === 0) level = headings.get(attributes['w:val'] ?? '');
      if (name === 'w:tab') text += '\t';
      if (name === 'w:br' || name === 'w:cr') text += '\n';
    },
    ontext(part) {
      if (isText) text += part;
    },
    onclosetag(name) {
      if (name === 'w:t') isText = false;
      if (name === 'w:tr') rows -= 1;
      if (name === 'w:p' && rows > 0) text += '\t';
      if ((name === 'w:p' || name === 'w:tr') && rows === 0) endBlock();
    },
  });
  endBlock();
  return builder.finish();
}
