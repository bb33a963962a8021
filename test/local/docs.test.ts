import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startApi } from './support/local-api.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

it('the example in docs/local-api.md works', async () => {
  const page = readFileSync(`${ROOT}docs/local-api.md`, 'utf8');
  const [, example = ''] = /```js\n(.*?)```/s.exec(page) ?? [];
  expect(example).toContain("'http://127.0.0.1:4001/v1'");
  const api = await startApi();
  const code = example.replace('http://127.0.0.1:4001/v1', api.url);
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: ROOT });
  expect((await run).stdout).toBe(
    'I am the offline model of the local API.\n\nYou said: Good morning!\n\nMy instructions are: Be brief.\n',
  );
});
