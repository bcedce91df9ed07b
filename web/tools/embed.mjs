// Writes the built files as C++ for src/server/pages.cc, each plain, with gzip and with Brotli, and what
// they were built from for Ninja.
// usage: node embed.mjs DIST OUTPUT SOURCES DEPFILE
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [dist, output, sources, depfile] = process.argv.slice(2);
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const ROUTES = { 'index.html': '/', 'dashboard.html': '/dashboard' };

// A literal of short lines: octal escapes end after three digits, so no byte can join the next one.
function literal(bytes) {
  const lines = [];
  for (let begin = 0; begin < bytes.length; begin += 60) {
    let line = '';
    for (const byte of bytes.subarray(begin, begin + 60)) {
      const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
      line += plain ? String.fromCharCode(byte) : '\\' + byte.toString(8).padStart(3, '0');
    }
    lines.push(`"${line}"`);
  }
  return `std::string_view(\n${lines.join('\n')}, ${bytes.length})`;
}

// A document with its styles inside, so that the first paint waits for one answer, and the hashes that
// allow them in its policy.
function withStyles(html) {
  const hashes = [];
  const whole = html.replaceAll(/<link rel="stylesheet"[^>]*href="\/([^"]+)"[^>]*>/g, (_, path) => {
    const style = readFileSync(join(dist, path), 'utf8');
    hashes.push(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    return `<style>${style}</style>`;
  });
  return { bytes: Buffer.from(whole), hashes: hashes.join(' ') };
}

const names = [...Object.keys(ROUTES), ...readdirSync(join(dist, 'assets')).sort().map((name) => `assets/${name}`)]
  .filter((name) => extname(name) !== '.css');
const entries = names.map((name) => {
  const content = readFileSync(join(dist, name));
  const { bytes, hashes } = name.endsWith('.html') ? withStyles(content.toString()) : { bytes: content, hashes: '' };
  const type = TYPES[extname(name)];
  if (!type) throw new Error(`${name}: of what media type?`);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  const gzip = gzipSync(bytes, { level: 9 });
  const path = ROUTES[name] ?? `/${name}`;
  return `{"${path}", "${type}", "W/\\"${hash}\\"", ${path.startsWith('/assets/')},\n` +
    `${[bytes, gzip, brotli].map(literal).join(',\n')}, "${hashes}"}`;
});
writeFileSync(output, `constexpr std::array<PageFile, ${entries.length}> kPageFiles = {{\n${entries.join(',\n')}\n}};\n`);

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]);
}
const escaped = (path) => path.replaceAll(' ', '\\ ');
writeFileSync(depfile, `${escaped(output)}: ${filesUnder(sources).map(escaped).join(' ')}\n`);
