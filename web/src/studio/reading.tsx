// How the text will be read: each word with its sounds, which can be changed.
import { batch, signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { findEntry, lexicon, withEntry, withoutEntry, wordOf } from './lexicon';
import { analysis, currentWord, spoken, text, type Token } from './state';
import { markupAt, unitOfByte, withPhonemes } from './text';

const chosen = signal<number | null>(null); // where the word begins, in bytes

// The classes of the server's normaliser.
const KINDS: Record<string, string> = {
  word: 'a word', cardinal: 'a number', ordinal: 'an ordinal number', decimal: 'a decimal number', fraction: 'a fraction',
  percent: 'a percentage', money: 'an amount of money', date: 'a date', year: 'a year', time: 'a time of day', range: 'a range',
  score: 'a score', ratio: 'a ratio', phone: 'a telephone number', measure: 'a number with its unit', dimension: 'a size',
  version: 'a version', address: 'an address', roman: 'a Roman number', formula: 'a formula', serial: 'a serial number',
  abbreviation: 'an abbreviation', letters: 'read letter by letter', symbol: 'a sign', emoji: 'an emoji', pause: 'a pause',
  phonemes: 'spelled in sounds by you',
};
const SOURCES: Record<string, string> = {
  gold: 'the checked lexicon', silver: 'the large lexicon', rule: 'a rule', number: 'the names of numbers', user: 'your spelling',
  markup: 'your spelling', model: 'a model of spelling', espeak: 'espeak-ng', unknown: 'nothing', none: 'nothing',
};
const kindName = (kind: string) => KINDS[kind] ?? kind;

// The tokens of one written word: "$5" is spoken as two.
interface Group {
  begin: number;
  end: number;
  tokens: Token[];
}

export function groups(tokens: Token[]): Group[] {
  const all: Group[] = [];
  for (const token of tokens) {
    const last = all.at(-1);
    if (last && last.begin === token.begin && last.end === token.end) last.tokens.push(token);
    else all.push({ begin: token.begin, end: token.end, tokens: [token] });
  }
  return all;
}

const join = (tokens: Token[], part: (token: Token) => string) => tokens.map(part).filter(Boolean).join(' ');

function WordEditor({ group, whole }: { group: Group; whole: string }) {
  const units = unitOfByte(whole);
  const [begin, end] = [units[group.begin], units[group.end]];
  const old = markupAt(whole, begin);
  const sounds = join(group.tokens, (token) => token.phonemes);
  const [value, setValue] = useState(sounds);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    setValue(sounds);
    input.current!.focus();
  }, [group.begin, sounds]);
  const first = group.tokens[0];
  const said = join(group.tokens, (token) => token.spoken);
  const word = old?.word ?? whole.slice(begin, end);
  const known = findEntry(lexicon.value, word);
  const clean = value.trim().replaceAll('/', '');
  const remember = (phonemes: string) => {
    batch(() => {
      lexicon.value = withEntry(known === null ? lexicon.value : withoutEntry(lexicon.value, wordOf(known)), word, phonemes);
      if (old) text.value = withPhonemes(whole, begin, end, null); // the mark-up would go before the lexicon
      chosen.value = null;
    });
  };
  return (
    <form class="word-editor" aria-label={`How ${first.text} is said`}
      onSubmit={(event) => {
        event.preventDefault();
        text.value = withPhonemes(whole, begin, end, clean);
        chosen.value = null;
      }}
      onKeyDown={(event) => { if (event.key === 'Escape') chosen.value = null; }}>
      <p>
        <strong>{first.text}</strong> is {kindName(first.kind)}
        {said !== first.text && <>, said “{said}”</>}; its sounds come from {SOURCES[first.source] ?? first.source}.
      </p>
      <div class="row">
        <label class="field grow">
          <span class="sr">Sounds of {first.text}</span>
          <input ref={input} class="sounds" type="text" value={value} autocapitalize="off" autocomplete="off" spellcheck={false}
            onInput={(event) => setValue(event.currentTarget.value)} />
        </label>
        <button class="primary" type="submit">Use</button>
        <button type="button" disabled={!clean} onClick={() => remember(clean)}>Use always</button>
        {known && <button type="button" onClick={() => { forget(known); chosen.value = null; }}>Forget</button>}
        {old && <button type="button" onClick={() => { text.value = withPhonemes(whole, begin, end, null); chosen.value = null; }}>As the lexicon</button>}
        <button type="button" onClick={() => { chosen.value = null; }}>Close</button>
      </div>
      <p class="hint">
        “Use” writes <code>[{word}](/{clean || '…'}/)</code> into the text, which the API understands too. “Use always” keeps the sounds in this browser, for
        each {word} in each text, and sends them as the field <code>lexicon</code>.
      </p>
    </form>
  );
}

const forget = (entry: string) => { lexicon.value = withoutEntry(lexicon.value, wordOf(entry)); };

function OwnLexicon() {
  const entries = Object.entries(lexicon.value);
  if (entries.length === 0) return null;
  return (
    <details class="rewritten own-lexicon">
      <summary>Your lexicon: {entries.length === 1 ? 'one word' : `${entries.length} words`}</summary>
      <div class="scroll" tabIndex={0} role="group" aria-label="Your lexicon">
        <table>
          <thead><tr><th scope="col">Written</th><th scope="col">Sounds</th><th scope="col"><span class="sr">Change</span></th></tr></thead>
          <tbody>
            {entries.map(([entry, reading]) => (
              <tr>
                <th scope="row">{wordOf(entry)}</th>
                <td class="sounds" lang="und-fonipa">{reading.replaceAll('/', '')}</td>
                <td><button type="button" onClick={() => forget(entry)}>Forget <span class="sr">{wordOf(entry)}</span></button></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

// What is not spoken as it is written, and why.
function Rewritten({ all }: { all: Group[] }) {
  const changed = all.filter((group) => group.tokens[0].kind !== 'phonemes')
    .map((group) => ({ first: group.tokens[0], said: join(group.tokens, (token) => token.spoken) }))
    .filter(({ first, said }) => first.kind !== 'punctuation' && said !== first.text);
  if (changed.length === 0) return null;
  return (
    <details class="rewritten">
      <summary>{changed.length === 1 ? 'One part is' : `${changed.length} parts are`} not read as written</summary>
      <div class="scroll" tabIndex={0} role="group" aria-label="What is not read as written">
        <table>
          <thead><tr><th scope="col">Written</th><th scope="col">It is</th><th scope="col">Said</th></tr></thead>
          <tbody>
            {changed.map(({ first, said }) => <tr data-kind={first.kind}><th scope="row">{first.text}</th><td>{kindName(first.kind)}</td><td>{said || 'nothing'}</td></tr>)}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export function Reading() {
  const read = analysis.value;
  const now = spoken.value?.text === read?.text ? currentWord.value : null;
  const all = read ? groups(read.chunks.flatMap((chunk) => chunk.words)) : [];
  const selected = read?.text === text.value ? all.find((group) => group.begin === chosen.value) : undefined;
  return (
    <section class="card" aria-labelledby="reading-title">
      <h2 id="reading-title">How it is read</h2>
      {all.length === 0 && <p class="empty">Write something, and its sounds appear here.</p>}
      <p class="reading" dir="auto">
        {all.map((group) => {
          const sounds = join(group.tokens, (token) => token.phonemes);
          const said = join(group.tokens, (token) => token.spoken);
          const first = group.tokens[0];
          if (first.kind === 'punctuation') return <span class="mark">{first.text}</span>;
          const isNow = now !== null && now.begin <= group.begin && group.end <= now.end;
          return (
            <button type="button" class={isNow ? 'word now' : 'word'} aria-expanded={group.begin === chosen.value}
              onClick={() => { chosen.value = chosen.value === group.begin ? null : group.begin; }}>
              <span class="word-text">{first.text}</span>
              {said !== first.text && <span class="word-said">{said}</span>}
              <span class="word-sounds" lang="und-fonipa">{sounds || '–'}</span>
            </button>
          );
        })}
      </p>
      {selected && <WordEditor group={selected} whole={text.value} />}
      <Rewritten all={all} />
      <OwnLexicon />
      {read && read.warnings.length > 0 && (
        <ul class="problems">{read.warnings.map((warning) => <li>{warning}</li>)}</ul>
      )}
    </section>
  );
}
