import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server that `npm run dev` in this directory uses. Start it in the root of the repository with `npm run dev`. */
const SERVER = 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    // The Content-Security-Policy of the page does not allow inline scripts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  // Keeps the Host header, which the server compares with the Origin header.
  server: {
    proxy: {
      '/graphql': { target: SERVER, ws: true, changeOrigin: false },
      '/files': { target: SERVER, changeOrigin: false },
    },
  },
});
