import { DocumentError } from './document.ts';

/** How much of a file is examined to find out whether it is text. */
const SAMPLE_LENGTH = 64 * 1024;
/** The share of control characters above which a file is not text. */
const MAX_CONTROLS = 0.01;

/**
 * The text of a file in UTF-8, in UTF-16 with a byte order mark, or in an old encoding with one byte for each character. Throws
 * a {@link DocumentError} if the bytes are no text.
 */
export function decodeText(bytes: Uint8Array): string {
  const text = decode(bytes);
  const sample = text.slice(0, SAMPLE_LENGTH);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this counts
  const controls = sample.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/g)?.length ?? 0;
  if (controls > sample.length * MAX_CONTROLS) {
    throw new DocumentError('The file is not text, HTML, Markdown, JSON, CSV, PDF or DOCX.');
  }
  return text.replaceAll('\u0000', ' ');
}

function decode(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
