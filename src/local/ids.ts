import { randomBytes } from 'node:crypto';

/** Makes a new id: the prefix, then 24 letters and digits. */
export type NewId = (
  prefix: 'asst_' | 'thread_' | 'msg_' | 'run_' | 'step_' | 'file-' | 'call_' | 'req_',
) => string;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 24;
/** Bytes from here up are thrown away, or the first letters of the alphabet would come more often. */
const FAIR = 256 - (256 % ALPHABET.length);

/** Ids that nobody can guess: 142 bits from the system's source of randomness. */
export const newRandomId: NewId = (prefix) => {
  let letters = '';
  while (letters.length < LENGTH) {
    for (const byte of randomBytes(LENGTH)) {
      if (byte < FAIR && letters.length < LENGTH) letters += ALPHABET[byte % ALPHABET.length];
    }
  }
  return prefix + letters;
};
