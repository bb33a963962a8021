import { type JsonSchema, numberAt } from './json-schema.ts';
import { matchingText } from './pattern.ts';

/** A string is not longer than this, whatever its schema requires. */
const MAX_LENGTH = 100_000;

/** A string for each format that JSON Schema defines. */
const FORMATS: Readonly<Record<string, (variant: number) => string>> = {
  'date-time': (variant) => `2024-04-15T12:00:${two(variant % 60)}Z`,
  date: (variant) => `2024-04-${two(1 + (variant % 30))}`,
  time: (variant) => `12:00:${two(variant % 60)}Z`,
  duration: (variant) => `P${variant + 1}D`,
  email: (variant) => `someone${variant}@example.com`,
  'idn-email': (variant) => `someone${variant}@example.com`,
  hostname: (variant) => `host${variant}.example.com`,
  'idn-hostname': (variant) => `host${variant}.example.com`,
  ipv4: (variant) => `192.0.2.${variant % 256}`,
  ipv6: (variant) => `2001:db8::${(variant + 1).toString(16)}`,
  uri: (variant) => `https://example.com/${variant}`,
  'uri-reference': (variant) => `/${variant}`,
  iri: (variant) => `https://example.com/${variant}`,
  'iri-reference': (variant) => `/${variant}`,
  'uri-template': (variant) => `/${variant}/{id}`,
  uuid: (variant) => `00000000-0000-4000-8000-${String(variant).padStart(12, '0')}`,
  'json-pointer': (variant) => `/${variant}`,
  'relative-json-pointer': (variant) => String(variant),
  regex: (variant) => `a{${variant}}`,
};

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** A string for a schema: in its format, matching its pattern, or else the name of the property. */
export function sampleText(schema: JsonSchema, name: string, variant: number): string {
  const min = Math.min(numberAt(schema, 'minLength') ?? 0, MAX_LENGTH);
  const max = numberAt(schema, 'maxLength') ?? Number.POSITIVE_INFINITY;
  const formatted = formattedText(schema, variant);
  if (typeof schema.pattern === 'string') {
    if (formatted !== undefined && matches(schema.pattern, formatted)) return formatted;
    const text = matchingText(schema.pattern, variant, { min, max });
    if (text !== undefined) return text;
  }
  if (formatted !== undefined) return formatted;
  const numbered = variant === 0 ? name : `${variant} ${name}`;
  return [...numbered.padEnd(min, ` ${numbered}`)].slice(0, max).join('');
}

function formattedText({ format }: JsonSchema, variant: number): string | undefined {
  return typeof format === 'string' && Object.hasOwn(FORMATS, format)
    ? FORMATS[format]?.(variant)
    : undefined;
}

/** Whether a text matches a pattern. An invalid pattern matches nothing. */
export function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return false;
  }
}

/** A number for a schema: the smallest that is not negative, if its bounds allow one. */
export function sampleNumber(schema: JsonSchema, variant: number, integer: boolean): number {
  const step = numberAt(schema, 'multipleOf') ?? (integer ? 1 : undefined);
  const fits = (value: number) => isWithin(schema, value) && (!integer || Number.isInteger(value));
  const isMultiple = (value: number) => step === undefined || Number.isInteger(value / step);
  const found = (value: number) => fits(value) && isMultiple(value);
  const low = Math.max(
    numberAt(schema, 'minimum') ?? -Infinity,
    numberAt(schema, 'exclusiveMinimum') ?? -Infinity,
  );
  const high = Math.min(
    numberAt(schema, 'maximum') ?? Infinity,
    numberAt(schema, 'exclusiveMaximum') ?? Infinity,
  );
  const start = low > -Infinity ? low : high < 0 ? high : 0;
  const stride = step ?? 1;
  const direction = low === -Infinity && high < 0 ? -1 : 1;
  const first = direction * Math.ceil((direction * start) / stride);
  // Rounding makes some multiples of a fraction fail `isMultiple`: try the next ones.
  const candidates = Array.from(
    { length: variant + 100 },
    (_, index) => (first + direction * index) * stride,
  );
  const possible = candidates.filter(found);
  const between = (low + high) / 2 + variant * Number.EPSILON;
  return (
    possible[variant % Math.max(possible.length, 1)] ??
    (found(start) ? start : found(between) ? between : start)
  );
}

function isWithin(schema: JsonSchema, value: number): boolean {
  return (
    value >= (numberAt(schema, 'minimum') ?? -Infinity) &&
    value <= (numberAt(schema, 'maximum') ?? Infinity) &&
    value > (numberAt(schema, 'exclusiveMinimum') ?? -Infinity) &&
    value < (numberAt(schema, 'exclusiveMaximum') ?? Infinity)
  );
}
