// How the text will be read: each word with its sounds, which can be changed.
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
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
  return (
    <form class="word-editor" aria-label={`How ${first.text} is said`}
      onSubmit={(event) => {
        event.preventDefault();
        text.value = withPhonemes(whole, begin, end, value.trim().replaceAll('/', ''));
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
        {old && <button type="button" onClick={() => { text.value = withPhonemes(whole, begin, end, null); chosen.value = null; }}>As the lexicon</button>}
        <button type="button" onClick={() => { chosen.value = null; }}>Close</button>
      </div>
      <p class="hint">The text then has <code>[{old?.word ?? whole.slice(begin, end)}](/{value.trim() || '…'}/)</code>, which the API understands too.</p>
    </form>
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
      {read && read.warnings.length > 0 && (
        <ul class="problems">{read.warnings.map((warning) => <li>{warning}</li>)}</ul>
      )}
    </section>
  );
}
