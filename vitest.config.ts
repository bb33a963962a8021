import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Pothos is CommonJS and ESM at once: left outside, it would bring a second copy of graphql.
    server: { deps: { inline: [/@pothos\//] } },
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
