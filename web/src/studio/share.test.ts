import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSpelling, readFragment, writeFragment } from './share';
import { snippet } from './snippets';

test('what is shared comes back', () => {
  const text = 'A & b = "ü" #1\n[x](/y/)';
  const fragment = writeFragment({ text, voice: 'af_heart(7)+bm_george(3)', speed: 1.5, volume: 1, pitch: -2, seed: '42' });
  assert.deepEqual(readFragment(fragment), {
    text, parts: [{ voice: 'af_heart', weight: 7 }, { voice: 'bm_george', weight: 3 }], speed: 1.5, pitch: -2, seed: '42',
  });
});

test('a fragment of anybody is taken only as far as it makes sense', () => {
  assert.equal(readFragment('#elsewhere'), null);
  assert.deepEqual(readFragment('#text=a&speed=99&volume=x&seed=-1&voice=(<b>)'), { text: 'a' });
  assert.equal(parseSpelling('a+b+c+d+e+f').length, 4);
});

test('programs hold the text as it is', () => {
  const fields = { model: 'kokoro' as const, input: `it's "so" \\ $HOME`, voice: 'af_heart', speed: 1, pitch: 2 };
  const curl = snippet('curl', 'http://h', fields, 'mp3', true);
  const body = /-d '([\s\S]*)' \\\n {2}-o/.exec(curl)![1].replaceAll(`'\\''`, `'`);
  assert.equal(JSON.parse(body).input, fields.input);
  assert.match(curl, /Bearer \$LITETTS_KEY/);
  assert.match(snippet('Python', 'http://h', fields, 'wav', false), /extra_body=\{"pitch":2\}/);
  assert.match(snippet('JavaScript', 'http://h', fields, 'wav', false), /"response_format": "wav"/);
});
