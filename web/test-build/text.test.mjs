// src/studio/text.test.ts
import assert from "node:assert/strict";
import test from "node:test";

// src/studio/text.ts
function unitOfByte(text) {
  const offsets = [];
  let unit = 0;
  for (const character of text) {
    const code = character.codePointAt(0);
    const bytes = code < 128 ? 1 : code < 2048 ? 2 : code < 65536 ? 3 : 4;
    for (let i = 0; i < bytes; ++i) offsets.push(unit);
    unit += character.length;
  }
  offsets.push(unit);
  return offsets;
}
var MARKUP = /\[([^\]\n]*)\]\(\/([^/\n]*)\/\)/g;
function markupAt(text, begin) {
  for (const match of text.matchAll(MARKUP)) {
    if (match.index + 1 === begin) {
      return { begin: match.index, end: match.index + match[0].length, word: match[1], phonemes: match[2] };
    }
  }
  return null;
}
function withPhonemes(text, begin, end, phonemes) {
  const old = markupAt(text, begin);
  const word = old ? old.word : text.slice(begin, end);
  const from = old ? old.begin : begin;
  const to = old ? old.end : end;
  return text.slice(0, from) + (phonemes === null ? word : `[${word}](/${phonemes}/)`) + text.slice(to);
}
var AUDIBLE = /[\p{L}\p{N}]|(?![\x00-\x7f])\p{S}/u;
var BEHIND_WORD = /\]\([^)\n]*\)/g;
function unspoken(text, covered) {
  const isCovered = new Uint8Array(text.length);
  for (const { begin, end } of covered) isCovered.fill(1, begin, end);
  for (const match of text.matchAll(BEHIND_WORD)) isCovered.fill(1, match.index, match.index + match[0].length);
  for (const match of text.matchAll(/<[^>\n]*>/g)) isCovered.fill(1, match.index, match.index + match[0].length);
  const marks = [];
  let unit = 0;
  for (const character of text) {
    const end = unit + character.length;
    if (!isCovered[unit] && AUDIBLE.test(character)) {
      const last = marks.at(-1);
      if (last && last.end === unit) last.end = end;
      else marks.push({ begin: unit, end, kind: "unspoken" });
    }
    unit = end;
  }
  return marks;
}
var LONG_SENTENCE = 300;
function longSentences(text) {
  const marks = [];
  for (const match of text.matchAll(/[^.!?\n]+[.!?]*/g)) {
    const sentence = match[0].trim();
    if (sentence.length <= LONG_SENTENCE) continue;
    const begin = match.index + match[0].indexOf(sentence);
    marks.push({ begin, end: begin + sentence.length, kind: "long" });
  }
  return marks;
}
function clock(seconds) {
  const whole = Math.floor(seconds);
  const tenths = Math.floor((seconds - whole) * 10);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}.${tenths}`;
}

// src/studio/text.test.ts
test("bytes of the server are found in the text of the browser", () => {
  const text = "a\xE9\u20AC\u{1F600}b";
  const units = unitOfByte(text);
  assert.deepEqual(units, [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 5, 6]);
  assert.equal(text.slice(units[10], units[11]), "b");
});
test("sounds are written into the text, changed and taken back", () => {
  const text = "I say tomato.";
  const said = withPhonemes(text, 6, 12, "t\u0259m\u02C8\u0251tO");
  assert.equal(said, "I say [tomato](/t\u0259m\u02C8\u0251tO/).");
  assert.deepEqual(markupAt(said, 7), { begin: 6, end: said.length - 1, word: "tomato", phonemes: "t\u0259m\u02C8\u0251tO" });
  assert.equal(markupAt(said, 2), null);
  assert.equal(withPhonemes(said, 7, 13, "x"), "I say [tomato](/x/).");
  assert.equal(withPhonemes(said, 7, 13, null), text);
});
test("long sentences are marked without the space before them", () => {
  const long = `${"word ".repeat(70)}end.`;
  assert.deepEqual(longSentences(`Short. ${long} Short.`), [{ begin: 7, end: 7 + long.length, kind: "long" }]);
  assert.deepEqual(longSentences(""), []);
});
test("the clock counts tenths", () => {
  assert.equal(clock(0), "0:00.0");
  assert.equal(clock(61.29), "1:01.2");
});
test("what no word stands for is marked, but for punctuation, spellings, links and SSML", () => {
  const text = 'Hi \u2603\u2603 *there*, [tomato](/t\u0259m\u02C8\u0251tO/) [site](http://x.y) <break time="1s"/> \u222E ok \u{1F600}!';
  const words = ["Hi", "there", "tomato", "site", "ok"].map((word) => ({ begin: text.indexOf(word), end: text.indexOf(word) + word.length }));
  assert.deepEqual(
    unspoken(text, words).map(({ begin, end, kind }) => [text.slice(begin, end), kind]),
    [["\u2603\u2603", "unspoken"], ["\u222E", "unspoken"], ["\u{1F600}", "unspoken"]]
  );
  assert.deepEqual(unspoken("\u05E9\u05DC\u05D5\u05DD", []).map(({ begin, end }) => [begin, end]), [[0, 4]]);
});
