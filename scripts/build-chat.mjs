/** Builds the chat in examples/chat, unless it is built from the files that are there now. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CHAT = 'examples/chat';
/** The fingerprint of the files of the last build. */
const BUILT_FROM = join(CHAT, 'dist/.built-from');
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts'].map((name) => join(CHAT, name));
const OTHERS = ['docs/client-cache.ts', 'package-lock.json'];

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of [...SOURCES.flatMap(filesIn), ...OTHERS])
    hash.update(`${path}\0`).update(readFileSync(path));
  return hash.digest('hex');
}

function filesIn(path) {
  if (path.endsWith('.ts') || path.endsWith('.html')) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

function isBuiltFrom(current) {
  try {
    return readFileSync(BUILT_FROM, 'utf8') === current;
  } catch {
    return false;
  }
}

const current = fingerprint();
if (!isBuiltFrom(current)) {
  // Tests set another one, with which Vite would bundle the development build of React.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  await build({ root: CHAT, logLevel: 'warn' });
  writeFileSync(BUILT_FROM, current);
}
