import { randomBytes } from 'node:crypto';

/** Returns a new id: the prefix, then 24 letters and digits. */
export type NewId = (
  prefix: 'asst_' | 'thread_' | 'msg_' | 'run_' | 'step_' | 'file-' | 'call_' | 'req_',
) => string;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 24;
/** Bytes from this value up are skipped: they would make the first letters of the alphabet more likely. */
const UNBIASED_BELOW = 256 - (256 % ALPHABET.length);

/** Ids that cannot be guessed: 142 bits from the system's random source. */
export const newRandomId: NewId = (prefix) => {
  let letters = '';
  while (letters.length < LENGTH) {
    for (const byte of randomBytes(LENGTH)) {
      if (byte < UNBIASED_BELOW && letters.length < LENGTH) letters += ALPHABET[byte % ALPHABET.length];
    }
  }
  return prefix + letters;
};
