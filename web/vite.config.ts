import { defineConfig } from 'vite';

// `npm run dev` serves the sources beside a running `litetts serve`.
const SERVER = process.env.LITETTS_URL ?? 'http://127.0.0.1:8354';
const ROUTES = ['/v1', '/dev', '/diagnostics', '/estimate', '/health', '/metrics', '/performance', '/config', '/cache'];

export default defineConfig({
  base: '/',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the policy of the pages allows files only
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['index.html', 'dashboard.html'] },
  },
  server: { proxy: Object.fromEntries(ROUTES.map((route) => [route, SERVER])) },
});
