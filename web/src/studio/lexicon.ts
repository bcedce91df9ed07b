// Words that this browser's user has taught the studio. They stay in the browser and go with each request.
import { effect, signal } from '@preact/signals';

const KEY = 'litetts.lexicon';
const MAX_ENTRIES = 500; // the server takes a request of 1 MB

// As the field "lexicon" of a request: what is written to how it is read.
export type Lexicon = Record<string, string>;

// The left side of an entry for a word as it is written: quoted where the bare word would mean something else.
export function entryFor(word: string): string {
  const flat = word.trim().replace(/\s+/g, ' ');
  return /^[#"]|[)\]]$| = /.test(flat) ? `"${flat}"` : flat;
}

export function wordOf(entry: string): string {
  return /^".*"$/.test(entry) ? entry.slice(1, -1) : entry;
}

// Only what is one: the storage may hold anything.
export function readLexicon(json: string | null): Lexicon {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(Object.entries(value).filter(([, reading]) => typeof reading === 'string').slice(0, MAX_ENTRIES));
  } catch {
    return {};
  }
}

export function withEntry(lexicon: Lexicon, word: string, phonemes: string): Lexicon {
  const rest = Object.entries(lexicon).filter(([entry]) => entry !== entryFor(word));
  return Object.fromEntries([...rest, [entryFor(word), `/${phonemes}/`]].slice(-MAX_ENTRIES));
}

export function withoutEntry(lexicon: Lexicon, word: string): Lexicon {
  return Object.fromEntries(Object.entries(lexicon).filter(([entry]) => entry !== entryFor(word)));
}

// The word's own entry, whatever its letter case.
export function findEntry(lexicon: Lexicon, word: string): string | null {
  const wanted = entryFor(word).toLowerCase();
  return Object.keys(lexicon).find((entry) => entry.toLowerCase() === wanted) ?? null;
}

const stored = () => (typeof localStorage === 'undefined' ? null : localStorage.getItem(KEY));
export const lexicon = signal<Lexicon>(readLexicon(stored()));
effect(() => {
  const value = JSON.stringify(lexicon.value);
  if (typeof localStorage !== 'undefined') localStorage.setItem(KEY, value);
});

// For a request: null where there is nothing to say.
export function lexiconField(): { lexicon?: Lexicon } {
  return Object.keys(lexicon.value).length > 0 ? { lexicon: lexicon.value } : {};
}
