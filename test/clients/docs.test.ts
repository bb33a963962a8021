import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
const withoutIndentation = (text: string) => text.replaceAll(/\n\s*/g, '\n').trim();

test('the code in docs/clients.md is code of these tests', () => {
  const files = ['.', 'apollo', 'gql-tada', 'relay', 'urql']
    .flatMap((folder) => readdirSync(join(import.meta.dirname, folder)).map((file) => join(folder, file)))
    .filter((path) => /\.(ts|json|yml)$/.test(path))
    .map((path) => withoutIndentation(read(path)));
  const blocks = [...read('../../docs/clients.md').matchAll(/^```\w+\n(.*?)^```$/gms)];
  const codes = blocks.map(([, code = '']) => withoutIndentation(code));
  expect(codes.length).toBeGreaterThan(5);
  expect(codes.filter((code) => !files.some((file) => file.includes(code)))).toEqual([]);
});
