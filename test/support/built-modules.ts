/** What runs in processes and threads of its own must be JavaScript: a test that runs from source takes it from dist/. */
export const BUILT_MODULES = new URL('../../dist/local/', import.meta.url);
