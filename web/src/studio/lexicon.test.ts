import assert from 'node:assert/strict';
import test from 'node:test';
import { entryFor, findEntry, readLexicon, withEntry, withoutEntry, wordOf } from './lexicon';

test('entries are added, changed and forgotten', () => {
  const one = withEntry({}, 'tomato', 'təmˈɑtO');
  assert.deepEqual(one, { tomato: '/təmˈɑtO/' });
  assert.deepEqual(withEntry(one, 'tomato', 'x'), { tomato: '/x/' });
  assert.equal(findEntry(one, 'Tomato'), 'tomato');
  assert.equal(findEntry(one, 'tomatoes'), null);
  assert.deepEqual(withoutEntry(one, 'tomato'), {});
});

test('a word that would mean more than itself is quoted', () => {
  for (const word of ['#1', '[x]', 'a (b)', 'a = b']) {
    assert.equal(entryFor(word), `"${word}"`);
    assert.equal(wordOf(entryFor(word)), word);
  }
  assert.equal(entryFor('New  York'), 'New York');
});

test('what is no lexicon is none', () => {
  for (const json of [null, '', 'x', '[]', 'null', '3', '{"a":1}']) assert.deepEqual(readLexicon(json), {});
  assert.deepEqual(readLexicon('{"a":"/b/","c":null}'), { a: '/b/' });
});
