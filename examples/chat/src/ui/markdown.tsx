/**
 * Shows what a model wrote. The Markdown becomes React elements, never HTML text, so nothing in it can be executed, and
 * nothing is loaded: images are links.
 */
import { Lexer, type MarkedToken, type Token } from 'marked';
import { Fragment, memo, type ReactNode, useMemo } from 'react';
import { decodeEntities } from './entities.ts';
import { isSimple } from './markdown-limits.ts';

export interface MarkdownProps {
  readonly text: string;
  /** Shown in place of links to `#note-1`, `#note-2`, … */
  readonly renderNote?: (number: number) => ReactNode;
}

export function Markdown({ text, renderNote }: MarkdownProps) {
  const blocks = useMemo(() => lex(text), [text]);
  if (blocks === undefined) return <p className="plain">{text}</p>;
  return blocks.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only appended or changed in place.
    <Block key={index} raw={token.raw} token={token} renderNote={renderNote} />
  ));
}

/** Undefined for text that would take too long to parse. */
function lex(text: string): readonly Token[] | undefined {
  if (!isSimple(text)) return undefined;
  try {
    return new Lexer({ gfm: true }).lex(text);
  } catch {
    // The parser is recursive.
    return undefined;
  }
}

interface BlockProps {
  readonly raw: string;
  readonly token: Token;
  readonly renderNote: MarkdownProps['renderNote'];
}

/** Rendered again only if its text changes, so that a growing message costs one block for each delta. */
const Block = memo(
  ({ token, renderNote }: BlockProps) => render(token, renderNote),
  (before, after) => before.raw === after.raw && before.renderNote === after.renderNote,
);

function renderAll(tokens: readonly Token[] | undefined, note: MarkdownProps['renderNote']): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no identity.
  return tokens?.map((token, index) => <Fragment key={index}>{render(token, note)}</Fragment>);
}

const BLOCKS = ['code', 'heading', 'table', 'hr', 'blockquote', 'list', 'paragraph', 'html', 'text'];
const INLINES = ['escape', 'link', 'image', 'strong', 'em', 'codespan', 'br', 'del'];
const KNOWN: ReadonlySet<string> = new Set([...BLOCKS, ...INLINES]);

function isKnown(token: Token): token is MarkedToken {
  return KNOWN.has(token.type);
}

function render(token: Token, note: MarkdownProps['renderNote']): ReactNode {
  if (!isKnown(token)) return null;
  switch (token.type) {
    case 'paragraph':
      return <p>{renderAll(token.tokens, note)}</p>;
    case 'text':
      return token.tokens ? renderAll(token.tokens, note) : decodeEntities(token.text);
    case 'escape':
      return token.text;
    case 'strong':
      return <strong>{renderAll(token.tokens, note)}</strong>;
    case 'em':
      return <em>{renderAll(token.tokens, note)}</em>;
    case 'del':
      return <del>{renderAll(token.tokens, note)}</del>;
    case 'br':
      return <br />;
    case 'codespan':
      return <code>{token.text}</code>;
    case 'code':
      return (
        <pre dir="ltr">
          <code>{token.text}</code>
        </pre>
      );
    case 'heading':
      // The page has levels of its own above it.
      return <p className={`heading heading-${token.depth}`}>{renderAll(token.tokens, note)}</p>;
    case 'blockquote':
      return <blockquote>{renderAll(token.tokens, note)}</blockquote>;
    case 'hr':
      return <hr />;
    case 'html':
      return <span className="plain">{token.raw}</span>;
    case 'image':
      return <Link href={token.href}>{`Image: ${token.text || token.href}`}</Link>;
    case 'link': {
      const [, number] = /^#note-(\d+)$/.exec(token.href) ?? [];
      if (number !== undefined && note) return note(Number(number));
      return <Link href={token.href}>{renderAll(token.tokens, note)}</Link>;
    }
    case 'list':
      return renderList(token, note);
    case 'table':
      return renderTable(token, note);
    default:
      return null;
  }
}

function renderList(
  list: Extract<MarkedToken, { type: 'list' }>,
  note: MarkdownProps['renderNote'],
): ReactNode {
  const items = list.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity.
    <li key={index}>
      {item.task && <input type="checkbox" checked={item.checked ?? false} disabled aria-label="Task" />}
      {renderAll(item.tokens, note)}
    </li>
  ));
  return list.ordered ? <ol start={Number(list.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function renderTable(
  table: Extract<MarkedToken, { type: 'table' }>,
  note: MarkdownProps['renderNote'],
): ReactNode {
  const cells = (row: typeof table.header, Cell: 'td' | 'th') =>
    row.map(({ tokens, align }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: cells have no identity.
      <Cell key={index} {...(align && { align })}>
        {renderAll(tokens, note)}
      </Cell>
    ));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard.
    <section className="table" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>{cells(table.header, 'th')}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity.
            <tr key={index}>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Only addresses that a browser opens as pages or mails. */
function Link({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (!/^(https?:|mailto:)/i.test(href)) return children;
  return (
    <a href={href} title={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
