import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Node reads graphql's CommonJS build, Vite would read the other one, and the two refuse each other's schemas.
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // For the same reason Vite, not Node, is to resolve what Pothos imports.
    server: { deps: { inline: [/@pothos\//] } },
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
