import { codedError } from '../errors.ts';
import { JsonCounter, type JsonLimits } from '../http/json-counter.ts';

const JSON_LIMITS: JsonLimits = {
  /** An assistant with 128 functions of 150 values each is allowed. Variables take longer to be coerced than to be parsed. */
  values: 25_000,
  /** The longest list in the graph has 128 items; JSON Schemas list more. */
  items: 1_000,
  /** Arguments of type JSONObject may have 200. */
  depth: 256,
};

/**
 * Counts the values of a JSON text, and throws BAD_USER_INPUT beyond the limits.
 *
 * @param subject what errors are about, such as `The request body`
 */
export function createJsonCounter(subject: string): JsonCounter {
  return new JsonCounter(JSON_LIMITS, (limit, max, what) => {
    const message = `${subject} must have at most ${max} ${what}`;
    const http = { status: 400, spec: false };
    return codedError('BAD_USER_INPUT', message, { limits: { [limit]: max }, http });
  });
}
