import { Parser } from 'htmlparser2';
import { checkDepth, type Document, DocumentBuilder } from './document.ts';

const SKIPPED = new Set(['script', 'style', 'noscript', 'template', 'svg', 'iframe', 'object']);
const INLINE = new Set(
  'a abbr b bdi bdo cite code data del dfn em font i ins kbd label mark q s samp small span strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);

/** The text of an HTML page. White space is collapsed as browsers do, except in `pre`. */
export function readHtml(html: string): Document {
  const builder = new DocumentBuilder();
  let text = '';
  let title = '';
  let level: number | undefined;
  /** How many open elements are of these kinds. */
  const depth = { all: 0, skipped: 0, pre: 0, title: 0 };
  const endBlock = () => {
    builder.add(text, { level });
    text = '';
  };
  const change = (name: string, by: 1 | -1) => {
    depth.all += by;
    checkDepth(depth.all);
    if (SKIPPED.has(name)) depth.skipped += by;
    if (name === 'pre') depth.pre += by;
    if (name === 'title') depth.title += by;
  };
  const parser = new Parser({
    onopentagname(name) {
      if (name === 'br') text += '\n';
      else if (name === 'td' || name === 'th') text += '\t';
      else if (!INLINE.has(name)) endBlock();
      change(name, 1);
      level = headingLevel(name) ?? level;
    },
    ontext(part) {
      if (depth.skipped > 0) return;
      if (depth.title > 0) title += part;
      else text += depth.pre > 0 ? part : part.replace(/[ \t\r\n\f]+/g, ' ');
    },
    onclosetag(name) {
      change(name, -1);
      if (name !== 'br' && name !== 'td' && name !== 'th' && !INLINE.has(name)) endBlock();
      if (headingLevel(name) !== undefined) level = undefined;
    },
  });
  // In parts, because the parser would otherwise copy what is left of a large file again and again.
  for (let start = 0; start < html.length; start += PART_LENGTH) {
    parser.write(html.slice(start, start + PART_LENGTH));
  }
  parser.end();
  endBlock();
  return builder.finish(title.trim().slice(0, MAX_TITLE_LENGTH));
}

const PART_LENGTH = 64 * 1024;
const MAX_TITLE_LENGTH = 200;

function headingLevel(name: string): number | undefined {
  const [, level] = /^h([1-6])$/.exec(name) ?? [];
  return level === undefined ? undefined : Number(level);
}
