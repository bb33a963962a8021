/** Builds the chat in examples/chat, unless it is built from the files that are there now. */
import { join } from 'node:path';
import { createFingerprint } from './fingerprint.mjs';

const CHAT = 'examples/chat';
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts'].map((name) => join(CHAT, name));
const OTHERS = ['docs/client-cache.ts', 'package-lock.json'];

const fingerprint = createFingerprint(join(CHAT, 'dist'), [...SOURCES, ...OTHERS]);
if (!fingerprint.isCurrent()) {
  // Tests set another one, with which Vite would bundle the development build of React.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  await build({ root: CHAT, logLevel: 'warn' });
  fingerprint.write();
}
