/**
 * Bundles dist/, unless that is done: three files load in a third of the time of a thousand, and take less memory. They are
 * not minified, so that stack traces name functions.
 */
import { createFingerprint } from './fingerprint.mjs';

const fingerprint = createFingerprint('bundle', ['dist', 'package-lock.json', 'scripts/build-bundle.mjs']);
if (!fingerprint.isCurrent()) {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: {
      main: 'dist/main.js',
      worker: 'dist/local/worker.js',
      'documents/reader-process': 'dist/local/documents/reader-process.js',
      'retrieval/search-worker': 'dist/local/retrieval/search-worker.js',
    },
    platform: 'node',
    // One graphql for packages that import it and packages that require it: each of two would reject the schema of the other.
    resolve: { mainFields: ['module', 'main'] },
    // Native, optional, made to run from its own directory, or loaded with the first page of GraphiQL.
    external: ['libsql', 'bufferutil', 'utf-8-validate', 'pino', '@graphql-yoga/render-graphiql'],
    // In development, graphql checks with each value whether there are two of it.
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
  });
  await bundle.write({ dir: 'bundle', format: 'esm', sourcemap: true, chunkFileNames: '[name].js' });
  fingerprint.write();
}
