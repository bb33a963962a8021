/** Control characters, and those that change the direction of text. In names and code, they could hide what is there. */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A text with its hidden characters as escapes such as `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** More marks on one letter than any language uses. Chromium takes minutes for some thousands. */
const PILED = /(\p{M}{8})\p{M}+/gu;

/** A text without piles of marks. */
export function withoutPiles(text: string): string {
  return text.replace(PILED, '$1');
}

/** JSON text over several lines, or the text itself if it is not JSON. @param maxLength of the result */
export function pretty(text: string, maxLength = 20_000): string {
  const shown = withoutPiles(visible(indented(text)));
  return shown.length > maxLength ? `${shown.slice(0, maxLength)}…` : shown;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
