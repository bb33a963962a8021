/** The types of settings. Each parses the text of an environment variable, and says what is wrong with an invalid one. */
import { z } from 'zod';
import { parseNetwork } from './http/client-address.ts';

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

export const flag = z.enum(['on', 'off'], 'must be on or off').transform((value) => value === 'on');
export const text = z.string().min(1, 'must not be empty');
/** Texts that are separated by commas. */
export const texts = text.transform((list) => list.split(',').map((item) => item.trim()));
/** ASCII characters that can be seen. */
export const VISIBLE = /^[\x21-\x7e]+$/;
/** A valid header value: a key that ends with the line break of its file is rejected here, not by the first REST call. */
export const headerValue = z
  .string()
  .regex(VISIBLE, 'must contain only visible ASCII characters, without spaces or line breaks');
export const milliseconds = whole(1, 86_400_000);

export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL, such as https://host/v1', abort: true })
  .refine((value) => {
    const { search, hash, username, password } = new URL(value);
    return !search && !hash && !username && !password;
  }, 'must not contain a query, a fragment or credentials');

export const origins = texts.transform((list, context) => {
  for (const origin of list) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      context.addIssue(
        `must be a comma-separated list of origins such as https://app.example.com: '${origin}' is not an origin`,
      );
    }
  }
  return list;
});

/** Keys, separated by commas. */
export const keys = texts.transform((list, context) => {
  if (!list.every((key) => VISIBLE.test(key))) {
    context.addIssue(
      'must be a comma-separated list of keys of visible ASCII characters, without spaces or line breaks',
    );
  }
  return list;
});

/** Pairs such as `gpt-4=llama3.1`, and at most one name alone, for all other names. */
export const modelNames = texts.transform((list, context) => {
  const items = list.map((item) => item.split('='));
  const others = items.filter((item) => item.length === 1).flat();
  if (others.length > 1 || items.some((item) => item.length > 2 || item.includes(''))) {
    context.addIssue(
      'must be the name of a model, or a comma-separated list of pairs such as gpt-4=llama3.1',
    );
  }
  const pairs = items.flatMap(([name = '', target]) =>
    target === undefined ? [] : [[name, target] as const],
  );
  return { pairs, forOthers: others[0] };
});

export const networks = texts.transform((list, context) =>
  list.flatMap((item) => {
    const network = parseNetwork(item);
    if (network !== undefined) return network;
    context.addIssue(
      `must be a comma-separated list of IP addresses and networks such as 10.0.0.0/8: '${item}' is neither`,
    );
    return [];
  }),
);
