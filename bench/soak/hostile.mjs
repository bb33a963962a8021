/**
 * Hostile clients: all attacks at once, each again as soon as the server has responded to it, and bodies made of chance.
 *
 *   hostile.mjs SEED URL, with an IPC channel. It begins and stops with each message.
 */
import { attacks, post } from '../reliability/attacks.mjs';
import { createRandom } from './random.mjs';

const [, , seed, url] = process.argv;
const random = createRandom(Number(seed));
const tried = {};
let isOn = false;

function note(name, { status } = {}) {
  const key = `${name}: ${status || 'disconnected'}`;
  tried[key] = (tried[key] ?? 0) + 1;
}

async function repeat(name, attack) {
  while (isOn) {
    note(name, await attack(url));
    await new Promise((resolve) => setTimeout(resolve, random.below(1_000)));
  }
}

const PIECES = [
  '{',
  '}',
  '(',
  ')',
  '"',
  ':',
  '[',
  ']',
  'query',
  'id',
  'thread',
  '$v',
  '\u0000',
  '\\u',
  '💥',
  '9e999',
  ' ',
];

/** Valid JSON half of the time, around a document that is not valid. */
function chance() {
  const text = Array.from({ length: random.below(200) }, () => random.pick(PIECES)).join('');
  return post(url, random.next() < 0.5 ? JSON.stringify({ query: text }) : text);
}

process.on('message', (message) => {
  if (message === 'start') {
    isOn = true;
    for (const [name, attack] of Object.entries(attacks)) {
      if (name !== 'nothing') void repeat(name, attack);
    }
    void repeat('bodies of chance', chance);
  }
  if (message === 'stop') isOn = false;
  process.send(tried);
});
process.on('disconnect', () => process.exit());
process.send('ready');
