// Runs src/**/*.test.ts: bundled by esbuild, then by Node's own test runner.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

function tests(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? tests(path) : path.endsWith('.test.ts') ? [path] : [];
  });
}
const entryPoints = tests('src');
const outdir = 'test-build';
await build({ entryPoints, outdir, bundle: true, platform: 'node', format: 'esm', outExtension: { '.js': '.mjs' }, entryNames: '[name]', logLevel: 'warning' });
const files = entryPoints.map((path) => join(outdir, path.split('/').at(-1).replace(/\.ts$/, '.mjs')));
process.exit(spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' }).status ?? 1);
