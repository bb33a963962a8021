import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** Letters first, because they are the easiest to read. */
const CANDIDATES = [
  ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:;!?@#$%&*+=/\\|~^\'"`()[]{}<>\t\n',
];
/** A prefix for patterns with lookaheads, such as those for passwords, which `write` ignores. */
const ONE_OF_EACH_KIND = 'Aa1!';
const MAX_LENGTH = 1_000;
/** How many parts of a pattern are written before giving up: nested repetitions multiply. */
const MAX_PARTS = 50_000;

/** A text of the given length that matches a pattern, or undefined if none was found. Deterministic. */
export function matchingText(
  pattern: string,
  variant: number,
  length: { readonly min: number; readonly max: number },
): string | undefined {
  const parsed = parse(pattern);
  if (parsed === undefined) return undefined;
  const fits = (text: string) => {
    const size = [...text].length;
    return size >= length.min && size <= length.max && parsed.expression.test(text);
  };
  const maxLength = Math.min(length.max, MAX_LENGTH);
  const written = { parts: 0 };
  for (let extra = 0; extra <= Math.min(length.min, MAX_LENGTH) + 1; extra += 1) {
    if (written.parts > MAX_PARTS) return undefined;
    const text = write(parsed.tree, { variant, extra, flags: parsed.flags, groups: new Map(), written });
    const padded = text.padEnd(length.min, 'a');
    const found = [text, padded, `${ONE_OF_EACH_KIND}${padded}`.slice(0, maxLength)].find(fits);
    if (found !== undefined) return found;
  }
  return undefined;
}

function parse(pattern: string): { tree: AST.Node; expression: RegExp; flags: string } | undefined {
  for (const flags of ['u', '']) {
    try {
      const expression = new RegExp(pattern, flags);
      const tree = new RegExpParser().parsePattern(pattern, 0, pattern.length, flags === 'u');
      return { tree, expression, flags };
    } catch {
      // Not a valid pattern with these flags.
    }
  }
  return undefined;
}

interface Writing {
  /** Selects one of several alternatives or characters. */
  readonly variant: number;
  /** How many times more than its minimum a quantifier repeats. */
  readonly extra: number;
  readonly flags: string;
  readonly groups: Map<string | number, string>;
  readonly written: { parts: number };
}

/** A text for a part of a pattern. */
function write(node: AST.Node, writing: Writing): string {
  writing.written.parts += 1;
  if (writing.written.parts > MAX_PARTS) return '';
  switch (node.type) {
    case 'Pattern':
    case 'Group':
      return writeChoice(node.alternatives, writing);
    case 'CapturingGroup': {
      const text = writeChoice(node.alternatives, writing);
      writing.groups.set(node.name ?? writing.groups.size + 1, text);
      return text;
    }
    case 'Alternative':
      return node.elements.map((element) => write(element, writing)).join('');
    case 'Quantifier': {
      const times = Math.min(node.min + writing.extra, node.max, MAX_LENGTH);
      return Array.from({ length: times }, () => write(node.element, writing)).join('');
    }
    case 'Character':
      return String.fromCodePoint(node.value);
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass':
      return oneOf(node, writing);
    case 'Backreference':
      return writing.groups.get(node.ref) ?? '';
    default:
      // Anchors and assertions have no text. The caller checks that the whole text matches.
      return '';
  }
}

function writeChoice(alternatives: readonly AST.Alternative[], writing: Writing): string {
  const chosen = alternatives[writing.variant % alternatives.length];
  return chosen === undefined ? '' : write(chosen, writing);
}

/** A character of a class. Tested with the class itself, so that its rules need not be repeated here. */
function oneOf(
  node: AST.CharacterSet | AST.CharacterClass | AST.ExpressionCharacterClass,
  writing: Writing,
): string {
  const own = node.type === 'CharacterClass' ? node.elements.flatMap(firstCharacter) : [];
  const single = new RegExp(`^(?:${node.raw})$`, writing.flags);
  const possible = [...CANDIDATES, ...own].filter((character) => single.test(character));
  return possible[writing.variant % Math.max(possible.length, 1)] ?? '';
}

function firstCharacter(element: AST.CharacterClassElement): string[] {
  if (element.type === 'CharacterClassRange') return [String.fromCodePoint(element.min.value)];
  return element.type === 'Character' ? [String.fromCodePoint(element.value)] : [];
}
