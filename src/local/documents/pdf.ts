import { getDocumentProxy } from 'unpdf';
import { type Document, DocumentBuilder, DocumentError } from './document.ts';

/** No scripts, no fonts of the system, no messages: only the text is needed. */
const OPTIONS = { isEvalSupported: false, useSystemFonts: false, disableFontFace: true, verbosity: 0 };

/** A file with more is given up: each of them can take as long as a sound one. */
const MAX_DAMAGED_PAGES = 100;

/**
 * The text of a PDF file, page by page, without damaged pages. Throws a {@link DocumentError} if it is encrypted, or if all of its
 * pages or too many are damaged.
 */
export async function readPdf(bytes: Uint8Array): Promise<Document> {
  const builder = new DocumentBuilder();
  const pdf = await openPdf(bytes);
  const damagedPages: number[] = [];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const items = await readPage(pdf, number).catch(() => undefined);
    if (items !== undefined) addPage(builder, `page ${number}`, linesOf(items));
    else damagedPages.push(number);
    if (damagedPages.length > Math.min(MAX_DAMAGED_PAGES, pdf.numPages - 1)) damaged();
  }
  return { ...builder.finish(), unread: unreadIn(damagedPages, pdf.numPages) };
}

/** The parser may not find the pages after a damaged one, and then counts up to that. */
function unreadIn(damagedPages: readonly number[], count: number): string | undefined {
  if (damagedPages.length === 0) return undefined;
  const more = damagedPages.includes(count) ? ', and any after it' : '';
  return `The PDF file is damaged. These pages were not read: ${damagedPages.join(', ')}${more}.`;
}

async function readPage(pdf: Pdf, number: number): Promise<Item[]> {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent();
  page.cleanup();
  return items.filter(isText);
}

/** What is used of the parser, whose own types do not resolve. */
interface Pdf {
  readonly numPages: number;
  getPage(number: number): Promise<{
    getTextContent(): Promise<{ readonly items: readonly (Item | object)[] }>;
    cleanup(): void;
  }>;
}

function openPdf(bytes: Uint8Array): Promise<Pdf> {
  return getDocumentProxy(new Uint8Array(bytes), OPTIONS).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'PasswordException') {
      throw new DocumentError('The PDF file is encrypted: upload it without a password.');
    }
    return damaged();
  });
}

function damaged(): never {
  throw new DocumentError('The PDF file is damaged.');
}

interface Item {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  readonly transform: readonly number[];
}

function isText(item: Item | object): item is Item {
  return 'str' in item;
}

interface Line {
  text: string;
  /** Of its letters. */
  height: number;
  /** From the bottom of the page. */
  y: number;
}

function linesOf(items: readonly Item[]): Line[] {
  const lines: Line[] = [];
  let open: Line | undefined;
  for (const { str, hasEOL, height, transform } of items) {
    if (open === undefined) {
      open = { text: '', height: 0, y: transform[5] ?? 0 };
      lines.push(open);
    }
    open.text += str;
    open.height = Math.max(open.height, height);
    if (hasEOL) open = undefined;
  }
  return lines.filter(({ text }) => text.trim() !== '');
}

/** How many times the usual height the letters of a heading have at least, and the gap between two paragraphs. */
const HEADING_HEIGHT = 1.15;
const PARAGRAPH_GAP = 1.7;
const MAX_HEADING_LENGTH = 150;

/** A PDF file has no paragraphs, only lines at places: larger letters are headings, and larger gaps separate paragraphs. */
function addPage(builder: DocumentBuilder, section: string, lines: readonly Line[]): void {
  const usual = usualHeight(lines);
  const isHeading = ({ text, height }: Line) =>
    height >= usual * HEADING_HEIGHT && text.trim().length <= MAX_HEADING_LENGTH;
  let paragraph = '';
  const endParagraph = () => {
    builder.add(paragraph, { section });
    paragraph = '';
  };
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    const gap = before === undefined ? 0 : Math.abs(before.y - line.y);
    if (gap > Math.max(line.height, 1) * PARAGRAPH_GAP || isHeading(line)) endParagraph();
    if (isHeading(line)) builder.add(line.text, { level: 1, section });
    else paragraph += `${line.text}\n`;
  }
  endParagraph();
}

/** The height of most letters. */
function usualHeight(lines: readonly Line[]): number {
  const letters = new Map<number, number>();
  for (const { height, text } of lines) letters.set(height, (letters.get(height) ?? 0) + text.length);
  const [most] = [...letters].toSorted(([, one], [, other]) => other - one);
  return most?.[0] || Number.POSITIVE_INFINITY;
}
