/** Files that are made to hang, crash or fill the process that reads them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DocumentError } from '../../../src/local/documents/document.ts';
import { createReader, type ReaderOptions } from '../../../src/local/documents/reader.ts';
import { BUILT_MODULES } from '../../support/built-modules.ts';
import { newDataDir, startApi } from '../support/local-api.ts';
import { makeDocx, makePdf, makeZip } from './support/documents.ts';
import { answerTo } from './support/searching.ts';
import { addFile, upload, whenRead } from './support/uploads.ts';

const script = new URL('./documents/reader-process.js', BUILT_MODULES);

/** What reading a file says, with limits that a test can reach. */
async function problemOf(content: Uint8Array, limits: Partial<ReaderOptions>, name = 'a.txt') {
  const reader = createReader({ script, ...limits });
  try {
    for await (const _ of reader.read(name, [content], new AbortController().signal));
    return undefined;
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return error.message;
  }
}

describe('a file', () => {
  it('that takes too long is given up', async () => {
    expect(await problemOf(makePdf([[{ text: 'x' }]]), { maxMs: 1 }, 'a.pdf')).toMatch(/more than 0.001 s/);
  });

  it('that takes too much memory is given up', async () => {
    const large = new Uint8Array(40_000_000).fill(0x61);
    expect(await problemOf(large, { maxMemory: 64 })).toMatch(/memory/);
    expect(await problemOf(large, { maxMemory: 2_000 })).toBeUndefined();
  });

  it('that takes over its process cannot fill the server with what that writes', async () => {
    const taken = join(newDataDir(), 'taken.mjs');
    const line = `JSON.stringify({ text: 'x'.repeat(1_000_000), context: '' })`;
    writeFileSync(taken, `console.log(${line}); console.log('{"end":true}');`);
    const problem = await problemOf(new Uint8Array(), { script: pathToFileURL(taken) });
    expect(problem).toBe('The file cannot be read.');
  });

  it.each([
    ['a ZIP bomb', 'a.docx', () => makeZip({ 'word/document.xml': new Uint8Array(200_000_000) }), /unpacked/],
    [
      'a ZIP bomb that lies about its size',
      'a.docx',
      () => makeZip({ 'word/document.xml': new Uint8Array(200_000_000) }, 1_000),
      /damaged/,
    ],
    [
      'more passages than there may be',
      'a.md',
      () => new Uint8Array(Buffer.from('# a\n\nb\n\n'.repeat(100_001))),
      /passages/,
    ],
  ])('that is %s is given up, and the next one is read', async (_, name, make, reason) => {
    const api = await startApi();
    const file = await upload(api, name, make());
    const next = await upload(api, 'next.txt', 'Cats purr.');
    expect(await whenRead(api, file)).toMatchObject({
      status: 'error',
      status_details: expect.stringMatching(reason),
    });
    expect(await whenRead(api, next)).toMatchObject({ status: 'processed' });
    expect((await answerTo(api, 'cats', [file, next])).annotations).toHaveLength(1);
  });

  it.each([
    ['HTML', 'a.html', '<div>'.repeat(200_000)],
    ['DOCX', 'a.docx', makeDocx('<w:p>'.repeat(200_000))],
    ['JSON', 'a.json', '['.repeat(500_000)],
    ['a quote that is never closed', 'a.csv', `a,b\n"${'x\n'.repeat(200_000)}`],
    ['brackets of PDF', 'a.pdf', `%PDF-1.4\n1 0 obj ${'['.repeat(200_000)}`],
    ['entities', 'a.html', `<p>cats ${'&amp;'.repeat(200_000)}`],
  ])('of deep nesting or many parts is read or given up: %s', async (_, name, content) => {
    const api = await startApi();
    expect((await addFile(api, name, content)).status).toMatch(/processed|error/);
  });
});
