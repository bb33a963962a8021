import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { makePdf } from './retrieval/support/documents.ts';
import { startApi } from './support/local-api.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The output of the first JavaScript example of a page, with these files. */
async function runExample(
  page: string,
  url: string,
  files: Record<string, Uint8Array> = {},
): Promise<string> {
  const [, example = ''] = /```js\n(.*?)```/s.exec(readFileSync(`${ROOT}docs/${page}`, 'utf8')) ?? [];
  expect(example).toContain("'http://127.0.0.1:4001/v1'");
  let code = example.replace('http://127.0.0.1:4001/v1', url);
  const directory = mkdtempSync(join(tmpdir(), 'docs-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), content);
    code = code.replace(name, join(directory, name));
  }
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: ROOT });
  return (await run).stdout;
}

it('the example in docs/local-api.md works', async () => {
  const api = await startApi();
  expect(await runExample('local-api.md', api.url)).toBe(
    'I am the offline model of the local API.\n\nYou said: Good morning!\n\nMy instructions are: Be brief.\n',
  );
});

it('the example in docs/retrieval.md works', async () => {
  const api = await startApi();
  const handbook = makePdf([[{ text: 'Unpaid leave needs the approval of the director.' }]]);
  const output = await runExample('retrieval.md', api.url, { 'handbook.pdf': handbook });
  expect(output).toContain('The files say: Unpaid leave needs the approval of the director. 【1†source】');
  expect(output).toContain("type: 'file_citation'");
});
