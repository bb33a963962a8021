import { fileURLToPath } from 'node:url';
import { transformAsync } from '@babel/core';
import { defineConfig, type Plugin } from 'vitest/config';

/** Turns `graphql` tags into imports of what relay-compiler generated, after the types are gone. */
const relay: Plugin = {
  name: 'relay',
  enforce: 'post',
  async transform(code, id) {
    if (!id.includes('/relay/') || !code.includes('graphql`')) return null;
    const result = await transformAsync(code, {
      filename: id,
      plugins: [['relay', { eagerEsModules: true }]],
      configFile: false,
      babelrc: false,
    });
    return { code: result?.code ?? code, map: null };
  },
};

export default defineConfig({
  plugins: [relay],
  resolve: {
    // Node loads graphql's CommonJS build and Vite its ES modules, and each rejects the other's schemas.
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    include: ['**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxWorkers: '100%',
    // There is no page to render here.
    onConsoleLog: (text) => !text.includes('react-test-renderer is deprecated'),
  },
});
