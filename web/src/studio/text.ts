// Places in a text: the server counts bytes of UTF-8, the browser units of UTF-16.

// offsets[b] is the index in `text` of the character that holds byte b; one more for the end.
export function unitOfByte(text: string): number[] {
  const offsets: number[] = [];
  let unit = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (let i = 0; i < bytes; ++i) offsets.push(unit);
    unit += character.length;
  }
  offsets.push(unit);
  return offsets;
}

export interface Mark {
  begin: number; // UTF-16
  end: number;
  kind: 'unspoken' | 'long' | 'now';
}

const MARKUP = /\[([^\]\n]*)\]\(\/([^/\n]*)\/\)/g;

// The `[word](/phonemes/)` whose word begins at `begin`, if there is one.
export function markupAt(text: string, begin: number): { begin: number; end: number; word: string; phonemes: string } | null {
  for (const match of text.matchAll(MARKUP)) {
    if (match.index! + 1 === begin) {
      return { begin: match.index!, end: match.index! + match[0].length, word: match[1], phonemes: match[2] };
    }
  }
  return null;
}

// The text with the word at [begin, end) said as `phonemes`; with null as the lexicon says.
export function withPhonemes(text: string, begin: number, end: number, phonemes: string | null): string {
  const old = markupAt(text, begin);
  const word = old ? old.word : text.slice(begin, end);
  const from = old ? old.begin : begin;
  const to = old ? old.end : end;
  return text.slice(0, from) + (phonemes === null ? word : `[${word}](/${phonemes}/)`) + text.slice(to);
}

// What the server made no word of, though a reader would expect one: letters, digits and signs outside
// ASCII, whose own signs are marks of punctuation or layout. `covered` are the places of the words.
const AUDIBLE = /[\p{L}\p{N}]|(?![\x00-\x7f])\p{S}/u;
const BEHIND_WORD = /\]\([^)\n]*\)/g; // of [word](/phonemes/) and of links: not to be spoken
export function unspoken(text: string, covered: { begin: number; end: number }[]): Mark[] {
  const isCovered = new Uint8Array(text.length);
  for (const { begin, end } of covered) isCovered.fill(1, begin, end);
  for (const match of text.matchAll(BEHIND_WORD)) isCovered.fill(1, match.index!, match.index! + match[0].length);
  for (const match of text.matchAll(/<[^>\n]*>/g)) isCovered.fill(1, match.index!, match.index! + match[0].length); // SSML
  const marks: Mark[] = [];
  let unit = 0;
  for (const character of text) {
    const end = unit + character.length;
    if (!isCovered[unit] && AUDIBLE.test(character)) {
      const last = marks.at(-1);
      if (last && last.end === unit) last.end = end;
      else marks.push({ begin: unit, end, kind: 'unspoken' });
    }
    unit = end;
  }
  return marks;
}

// Sentences that are hard to follow when heard.
export const LONG_SENTENCE = 300;
export function longSentences(text: string): Mark[] {
  const marks: Mark[] = [];
  for (const match of text.matchAll(/[^.!?\n]+[.!?]*/g)) {
    const sentence = match[0].trim();
    if (sentence.length <= LONG_SENTENCE) continue;
    const begin = match.index! + match[0].indexOf(sentence);
    marks.push({ begin, end: begin + sentence.length, kind: 'long' });
  }
  return marks;
}

export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const tenths = Math.floor((seconds - whole) * 10);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}.${tenths}`;
}
