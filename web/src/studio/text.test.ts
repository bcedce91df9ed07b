import assert from 'node:assert/strict';
import test from 'node:test';
import { clock, longSentences, markupAt, unitOfByte, withPhonemes, unspoken } from './text';

test('bytes of the server are found in the text of the browser', () => {
  const text = 'aé€😀b';
  const units = unitOfByte(text);
  assert.deepEqual(units, [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 5, 6]);
  assert.equal(text.slice(units[10], units[11]), 'b');
});

test('sounds are written into the text, changed and taken back', () => {
  const text = 'I say tomato.';
  const said = withPhonemes(text, 6, 12, 'təmˈɑtO');
  assert.equal(said, 'I say [tomato](/təmˈɑtO/).');
  assert.deepEqual(markupAt(said, 7), { begin: 6, end: said.length - 1, word: 'tomato', phonemes: 'təmˈɑtO' });
  assert.equal(markupAt(said, 2), null);
  assert.equal(withPhonemes(said, 7, 13, 'x'), 'I say [tomato](/x/).');
  assert.equal(withPhonemes(said, 7, 13, null), text);
});

test('long sentences are marked without the space before them', () => {
  const long = `${'word '.repeat(70)}end.`;
  assert.deepEqual(longSentences(`Short. ${long} Short.`), [{ begin: 7, end: 7 + long.length, kind: 'long' }]);
  assert.deepEqual(longSentences(''), []);
});

test('the clock counts tenths', () => {
  assert.equal(clock(0), '0:00.0');
  assert.equal(clock(61.29), '1:01.2');
});

test('what no word stands for is marked, but for punctuation, spellings, links and SSML', () => {
  const text = 'Hi ☃☃ *there*, [tomato](/təmˈɑtO/) [site](http://x.y) <break time="1s"/> ∮ ok 😀!';
  const words = ['Hi', 'there', 'tomato', 'site', 'ok'].map((word) => ({ begin: text.indexOf(word), end: text.indexOf(word) + word.length }));
  assert.deepEqual(unspoken(text, words).map(({ begin, end, kind }) => [text.slice(begin, end), kind]),
    [['☃☃', 'unspoken'], ['∮', 'unspoken'], ['😀', 'unspoken']]);
  assert.deepEqual(unspoken('שלום', []).map(({ begin, end }) => [begin, end]), [[0, 4]]);
});
