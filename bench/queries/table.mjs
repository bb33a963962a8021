/** Prints results as a markdown table. */

export function header(cells) {
  print(cells);
  print(cells.map(() => '---'));
}

export function print(cells) {
  console.log(`| ${cells.join(' | ')} |`);
}

export function round(value, digits = 2) {
  return Number(value.toFixed(digits));
}
