/** What is kept of the documents that clients send takes a bounded amount of memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { countTokens, parseDocument } from '../../src/server/document.ts';
import { DocumentCache } from '../../src/server/document-cache.ts';
import { createDocuments } from '../../src/server/documents.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

test('the validation errors of a document are not kept with it', async () => {
  const documents = createDocuments(readConfig({}));
  const document = documents.parse('{ nothing }');
  const errors = documents.validate(document).map((error) => new WeakRef(error));
  expect(errors).toHaveLength(1);
  await new Promise(setImmediate);
  collectGarbage();
  expect(errors.map((error) => error.deref())).toEqual([undefined]);
  expect(documents.validate(document)).toMatchObject([{ message: expect.stringContaining('nothing') }]);
});

test.each([
  ['spaces', `{ a }${' '.repeat(99_900)}`],
  ['a long name', `{ ${'a'.repeat(99_900)} }`],
  ['a long string', `{ a(b: "${'c'.repeat(99_900)}") }`],
])('a document with few tokens, but %s, counts by its length', (_, text) => {
  const limits = { length: 100_000, tokens: 5_000 };
  expect(countTokens(parseDocument(text, limits))).toBe(1_000);
  const cache = new DocumentCache();
  const texts = Array.from({ length: 51 }, (_, index) => `${text}#${index}`);
  for (const each of texts) cache.set(each, parseDocument(each, limits));
  expect(texts.filter((each) => cache.get(each) !== undefined).length).toBeLessThan(51);
  expect(cache.get(texts.at(-1) ?? '')).toBeDefined();
});
