import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/** Tests that take most of the time: they start processes or a browser, wait for retries, or send thousands of requests. */
const THOROUGH = [
  'test/auth/expiry.test.ts',
  'test/auth/jwt.test.ts',
  'test/auth/owners-price.test.ts',
  'test/auth/process.test.ts',
  'test/browser.test.ts',
  'test/chat-page/content.test.ts',
  'test/chat-page/files.test.ts',
  'test/chat-page/history.test.ts',
  'test/chat-page/interruptions.test.ts',
  'test/chat-page/looks.test.ts',
  'test/chat-page/serving.test.ts',
  'test/chat-page/sign-in.test.ts',
  'test/chat-page/talking.test.ts',
  'test/dev.test.ts',
  'test/process.test.ts',
  'test/production.test.ts',
  'test/reliability/log-at-exit.test.ts',
  'test/events/bounds.test.ts',
  'test/events/cuts.test.ts',
  'test/events/deploy.test.ts',
  'test/events/keep-alive.test.ts',
  'test/events/process.test.ts',
  'test/graph/paging.test.ts',
  'test/graph/retries.test.ts',
  'test/hostile/responses.test.ts',
  'test/hostile/chance.test.ts',
  'test/hostile/fields.test.ts',
  'test/http/nonsense.test.ts',
  'test/loaders/generated.test.ts',
  'test/local/chat-process.test.ts',
  'test/local/data-directory.test.ts',
  'test/local/fuzzing.test.ts',
  'test/local/hostile-schemas.test.ts',
  'test/local/large-objects.test.ts',
  'test/local/poisoned-runs.test.ts',
  'test/local/random-kills.test.ts',
  'test/local/settings-process.test.ts',
  'test/local/recovery.test.ts',
  'test/local/retrieval/hostile.test.ts',
  'test/local/retrieval/process.test.ts',
  'test/local/retrieval/recovery.test.ts',
  'test/local/worker-thread.test.ts',
  'test/telemetry/secrets-process.test.ts',
];
const missing = THOROUGH.filter((path) => !existsSync(new URL(path, import.meta.url)));
if (missing.length > 0) throw new Error(`vitest.config.ts lists missing files: ${missing.join(', ')}`);

export default defineConfig({
  resolve: {
    // Node loads graphql's CommonJS build and Vite its ES modules, and each rejects the other's schemas.
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
  test: {
    // So that the alias also applies to what Pothos imports.
    server: { deps: { inline: [/@pothos\//] } },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Loading the server and its packages for each file again took two thirds of the CPU time of `fast`. It is safe because
    // no module of ours keeps state.
    isolate: false,
    // One for each core: the slowest tests mostly wait. The default leaves a core out, which is one of two.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          globalSetup: 'test/support/compile.ts',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...THOROUGH, 'test/clients/**'],
        },
      },
      {
        extends: true,
        // A busy machine can take three times as long as an idle one.
        test: {
          name: 'thorough',
          include: THOROUGH,
          globalSetup: 'test/support/build.ts',
          testTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
