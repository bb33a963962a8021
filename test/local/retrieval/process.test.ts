/** Retrieval in the program that users start, whose parsers and search are files of their own in the bundle. */
import { expect, test } from 'vitest';
import { freshSettings, startProgram } from '../../support/process.ts';
import { createRestCaller } from '../support/rest-caller.ts';
import { makeDocx, makePdf } from './support/documents.ts';
import { answerTo } from './support/searching.ts';
import { addFile } from './support/uploads.ts';

test('npm run local finds what is in files of each kind', async () => {
  const program = startProgram('npm run local', await freshSettings());
  const url = await program.says(/^The local Assistants API listens on (\S+)$/m);
  const api = { ...createRestCaller(url), url };
  const sentence = 'Cats purr.';
  const documents: [string, string | Uint8Array<ArrayBuffer>][] = [
    ['a.md', sentence],
    ['a.html', `<p>${sentence}`],
    ['a.docx', makeDocx(`<w:p><w:r><w:t>${sentence}</w:t></w:r></w:p>`)],
    ['a.pdf', makePdf([[{ text: sentence }]])],
  ];
  for (const [name, content] of documents) {
    const file = await addFile(api, name, content);
    expect(file).toMatchObject({ filename: name, status: 'processed' });
    expect(await answerTo(api, 'Do cats purr?', [file])).toMatchObject({
      annotations: [{ file_citation: { file_id: file.id, quote: sentence } }],
    });
  }
});
