import type { z } from 'zod';
import { type ApiError, invalid } from './api-error.ts';

/** Names in an error are cut at this length: a metadata key can be any text. */
const MAX_NAME_LENGTH = 80;

/** Types with another name in JSON. */
const TYPE_NAMES: Readonly<Record<string, string>> = { int: 'integer', record: 'object' };

/** Validates a body with its schema. Throws a 400 whose message and `param` name the first invalid value. */
export function checkBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const checked = schema.safeParse(body, { reportInput: true });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw issue === undefined ? invalid('The body is invalid.') : errorOf(issue);
}

function errorOf(issue: z.core.$ZodIssue): ApiError {
  if (issue.code === 'unrecognized_keys') {
    const param = pathOf([...issue.path, issue.keys[0] ?? '']);
    return invalid(`'${param}' is not a parameter of this operation.`, param);
  }
  if (issue.path.length === 0) return invalid('The body must be a JSON object.');
  const param = pathOf(issue.path);
  if (issue.input === undefined && issue.code !== 'custom') return invalid(`'${param}' is required.`, param);
  return invalid(`'${param}' ${ruleOf(issue)}.`, param);
}

function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be of type ${TYPE_NAMES[issue.expected] ?? issue.expected}${hintOf(issue)}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => `'${String(value)}'`).join(' or ')}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `must have at most ${issue.maximum} items`
        : `must be at most ${issue.maximum}`;
    case 'too_small':
      if (issue.origin === 'string') return issue.message;
      return issue.origin === 'array'
        ? `must have at least ${issue.minimum} items`
        : `must be at least ${issue.minimum}`;
    case 'invalid_union':
      // The union of the tools has a discriminator. Other unions have their own messages.
      return issue.discriminator === undefined
        ? issue.message
        : "must be 'code_interpreter', 'retrieval' or 'function'";
    default:
      return issue.message;
  }
}

/** Later versions of the API have messages of several parts, with images. */
function hintOf({ path, input }: z.core.$ZodIssue): string {
  const isParts = path.at(-1) === 'content' && typeof input === 'object';
  return isParts ? ': a message has text only, no images and no other parts' : '';
}

/** Such as `messages[0].content`. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part).slice(0, MAX_NAME_LENGTH)}`))
    .join('')
    .replace(/^\./, '');
}
