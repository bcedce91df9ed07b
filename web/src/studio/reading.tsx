// How the text will be read: each word with its sounds, which can be changed.
import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { analysis, currentWord, spoken, text, type Token } from './state';
import { markupAt, unitOfByte, withPhonemes } from './text';

const chosen = signal<number | null>(null); // where the word begins, in bytes

const KINDS: Record<string, string> = {
  word: 'a word', phonemes: 'spelled in sounds by you', abbreviation: 'an abbreviation', money: 'an amount of money',
};
const SOURCES: Record<string, string> = {
  gold: 'the checked lexicon', silver: 'the large lexicon', markup: 'your spelling', espeak: 'espeak-ng', none: 'nothing',
};

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
        <strong>{first.text}</strong> is {KINDS[first.kind] ?? `read as: ${first.kind}`}
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
      {read && read.warnings.length > 0 && (
        <ul class="problems">{read.warnings.map((warning) => <li>{warning}</li>)}</ul>
      )}
    </section>
  );
}
