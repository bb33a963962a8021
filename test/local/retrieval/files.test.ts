/** What a file says about itself after it was read, or could not be. */
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { startApi } from '../support/local-api.ts';
import type { Json } from '../support/rest-caller.ts';
import { makeDocx, makeEncryptedPdf, makePdf, makeZip } from './support/documents.ts';
import { answerTo } from './support/searching.ts';
import { addFile, upload, whenRead } from './support/uploads.ts';

const latin = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

/** A PDF file of three pages with other content for one of its objects, which is not longer. Objects 4, 6 and 8 are the pages. */
function spoiledPdf(number: number, content: string) {
  const sound = makePdf([[{ text: 'Cats purr.' }], [{ text: 'Dogs bark.' }], [{ text: 'Cows moo.' }]]);
  const object = new RegExp(`(\\n${number} 0 obj\\n)(.*)`);
  const replace = (_: string, start: string, old: string) => start + content.padEnd(old.length);
  return latin(Buffer.from(sound).toString('latin1').replace(object, replace));
}

describe('a file that can be read', () => {
  it.each([
    ['plain text', 'notes.txt', 'The meeting is on Monday.'],
    ['Markdown', 'notes.md', '# Meetings\n\nThe meeting is on Monday.'],
    ['HTML', 'page.html', '<!doctype html><p>The meeting is on <b>Monday</b>.'],
    ['JSON', 'data.json', '{"meeting": "Monday"}'],
    ['CSV', 'table.csv', 'event,day\nmeeting,Monday'],
    ['PDF', 'paper.pdf', makePdf([[{ text: 'The meeting is on Monday.' }]])],
    ['DOCX', 'letter.docx', makeDocx('<w:p><w:r><w:t>The meeting is on Monday.</w:t></w:r></w:p>')],
    ['text that is not UTF-8', 'old.txt', latin('Caf\u00e9 au lait')],
    ['UTF-16', 'wide.txt', new Uint8Array([0xff, 0xfe, 0x48, 0, 0x69, 0])],
    ['PDF with another extension', 'paper.txt', makePdf([[{ text: 'Monday' }]])],
    ['text with the extension of another format', 'notes.pdf', 'The meeting is on Monday.'],
  ])('is processed: %s', async (_, name, content) => {
    const api = await startApi();
    const uploaded = await upload(api, name, content);
    expect(uploaded).toMatchObject({ status: 'uploaded', status_details: null });
    expect(await whenRead(api, uploaded)).toEqual({ ...uploaded, status: 'processed' });
  });
});

describe('a PDF file with damaged pages', () => {
  it.each([
    ['one in the middle', '<< /Type /Pages /Count 1 /Kids [99 0 R] >>', '2', ['Cats purr.', 'Cows moo.']],
    ['one that hides the following', '(nonsense)', '2, and any after it', ['Cats purr.']],
  ])('is processed without them, and says which they are: %s', async (_, content, pages, texts) => {
    const api = await startApi();
    const file = await addFile(api, 'a.pdf', spoiledPdf(6, content));
    const status_details = `The PDF file is damaged. These pages were not read: ${pages}.`;
    expect(file).toMatchObject({ status: 'processed', status_details });
    const { annotations } = await answerTo(api, 'cats, dogs and cows', [file]);
    expect(annotations.map(({ file_citation }: Json) => file_citation.quote).toSorted()).toEqual(texts);
  });
});

describe('a file that cannot be read', () => {
  it.each<[string, string, string | Uint8Array<ArrayBuffer>, RegExp]>([
    ['an empty one', 'a.txt', '', /empty/],
    ['white space', 'a.txt', ' \n ', /has no text/],
    ['a PDF without text, such as a scan', 'a.pdf', makePdf([[]]), /text recognition/],
    ['an encrypted PDF', 'a.pdf', makeEncryptedPdf(), /encrypted/],
    ['a damaged PDF', 'a.pdf', '%PDF-1.4 and no more', /PDF file is damaged/],
    [
      'a PDF whose pages are all damaged',
      'a.pdf',
      spoiledPdf(4, '(nonsense)'),
      /^The PDF file is damaged\.$/,
    ],
    ['a damaged DOCX', 'a.docx', 'PK\u0003\u0004 and no more', /damaged/],
    ['another ZIP archive', 'a.docx', makeZip({ 'readme.txt': 'hello' }), /not a DOCX/],
    ['an encrypted Office file', 'a.docx', latin('\u00d0\u00cf\u0011\u00e0'), /Office/],
    ['an image', 'a.txt', latin('\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR\u0000\u0001'), /not text/],
  ])('says why in its status: %s', async (_, name, content, reason) => {
    const api = await startApi();
    const file = await addFile(api, name, content);
    expect(file).toMatchObject({ status: 'error', status_details: expect.stringMatching(reason) });
    // It is still a file.
    expect((await api.call('GET', `/files/${file.id}`)).status).toBe(200);
  });
});

it('the official SDK waits until a file has been read', async () => {
  const api = await startApi();
  const client = new OpenAI({ baseURL: api.url, apiKey: 'test', maxRetries: 0 });
  const file = await client.files.create({
    file: new File(['The meeting is on Monday.'], 'notes.txt'),
    purpose: 'assistants',
  });
  const read = await client.files.waitForProcessing(file.id, { pollInterval: 10, maxWait: 15_000 });
  expect(read).toMatchObject({ id: file.id, status: 'processed' });
});
