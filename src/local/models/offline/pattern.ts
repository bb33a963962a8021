import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** Letters first, since they read best. */
const CANDIDATES = [
  ...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,:;!?@#$%&*+=/\\|~^\'"`()[]{}<>\t\n',
];
/** For patterns that look ahead, as those for passwords do, which the walk below cannot follow. */
const WITH_ONE_OF_EACH = 'Aa1!';
const LONGEST = 1_000;
/** So many parts of a pattern are written at most: repetitions within repetitions are soon too many. */
const EFFORT = 50_000;

/** A text that matches a pattern and has the wanted length, or undefined where none was found. Deterministic. */
export function matchingText(
  pattern: string,
  variant: number,
  length: { readonly least: number; readonly most: number },
): string | undefined {
  const parsed = parse(pattern);
  if (parsed === undefined) return undefined;
  const fits = (text: string) => {
    const size = [...text].length;
    return size >= length.least && size <= length.most && parsed.expression.test(text);
  };
  const longest = Math.min(length.most, LONGEST);
  const spent = { parts: 0 };
  for (let extra = 0; extra <= Math.min(length.least, LONGEST) + 1; extra += 1) {
    if (spent.parts > EFFORT) return undefined;
    const text = write(parsed.tree, { variant, extra, flags: parsed.flags, groups: new Map(), spent });
    const padded = text.padEnd(length.least, 'a');
    const found = [text, padded, `${WITH_ONE_OF_EACH}${padded}`.slice(0, longest)].find(fits);
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
      // Not a pattern in this dialect.
    }
  }
  return undefined;
}

interface Writing {
  /** Which of several possible choices is taken. */
  readonly variant: number;
  /** How often more than it must a repetition repeats. */
  readonly extra: number;
  readonly flags: string;
  readonly groups: Map<string | number, string>;
  readonly spent: { parts: number };
}

/** The text that a part of a pattern stands for. */
function write(node: AST.Node, writing: Writing): string {
  writing.spent.parts += 1;
  if (writing.spent.parts > EFFORT) return '';
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
      const times = Math.min(node.min + writing.extra, node.max, LONGEST);
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
      // Anchors and assertions stand for no text. What they demand is checked at the end.
      return '';
  }
}

function writeChoice(alternatives: readonly AST.Alternative[], writing: Writing): string {
  const chosen = alternatives[writing.variant % alternatives.length];
  return chosen === undefined ? '' : write(chosen, writing);
}

/** A character of a class. The class itself is asked, so that its rules need not be known here. */
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
