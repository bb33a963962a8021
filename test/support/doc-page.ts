import { readFileSync } from 'node:fs';
import { ROOT } from './process.ts';

/** The code blocks of a page in one language. @param path from the root of the project */
export function codeBlocks(path: string, language: string): string[] {
  const page = readFileSync(`${ROOT}/${path}`, 'utf8');
  const blocks = [...page.matchAll(/```(\w+)\n(.*?)```/gs)];
  return blocks.flatMap(([, ofBlock, code = '']) => (ofBlock === language ? code : []));
}
