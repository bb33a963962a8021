import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freshSettings, processesOf, ROOT, startProgram } from './support/process.ts';

test('npm run dev restarts the server after a change, keeps it when a build fails, and leaves no process behind', async () => {
  const project = copyProject();
  const settings = await freshSettings();
  const program = startProgram('npm run dev', settings, project.path);
  await program.says(/^GraphQL is served on/m);

  project.edit('GraphQL is served on', 'First change: served on');
  await program.says(/^\[dev\] src\/main\.ts changed/m);
  const url = await program.says(/^First change: served on (\S+)$/m);

  project.edit("from './log.ts'", "from 'no-such-package'");
  await program.says(/src\/main\.ts.+ error .+ 'no-such-package'/);
  await program.says(/^\[dev\] The build failed\. The server from the last build keeps running\.$/m);
  expect((await fetch(url, { headers: { accept: 'text/html' } })).status).toBe(200);

  project.edit('First change: served on', 'Second change: served on');
  project.edit("from 'no-such-package'", "from './log.ts'");
  await program.says(/^Second change: served on/m);

  program.signal('SIGINT');
  expect(await program.ended).toBe(0);
  await vi.waitFor(() => expect(processesOf(settings)).toEqual([]));
});

/** A copy of what `npm run dev` needs, in a directory that is removed after the test. */
function copyProject() {
  const path = mkdtempSync(join(tmpdir(), 'assistants-graphql-dev-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const files = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  for (const name of [...files, 'scripts', 'src', 'docs', 'examples']) {
    cpSync(join(ROOT, name), join(path, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(path, 'node_modules'));
  const main = join(path, 'src/main.ts');
  return {
    path,
    /** Replaces text in src/main.ts. */
    edit(before: string, after: string) {
      const text = readFileSync(main, 'utf8');
      expect(text).toContain(before);
      writeFileSync(main, text.replace(before, after));
    },
  };
}
