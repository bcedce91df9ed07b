// The text, with what is wrong underlined and the word that is heard marked, on a layer behind it.
import { useRef, useState } from 'preact/hooks';
import { currentWord, estimateSeconds, message, problems, spoken, start, text } from './state';
import { LONG_SENTENCE, type Mark, unitOfByte } from './text';

function markedWord(): Mark[] {
  const word = currentWord.value;
  if (!word || spoken.value?.text !== text.value) return [];
  const units = unitOfByte(text.value);
  return [{ begin: units[word.begin], end: units[word.end], kind: 'now' }];
}

// The text cut where a mark begins or ends, each piece with the kinds of its marks.
export function pieces(whole: string, marks: Mark[]): { text: string; kinds: Mark['kind'][] }[] {
  const cuts = [...new Set([0, whole.length, ...marks.flatMap(({ begin, end }) => [begin, end])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((begin, i) => ({
    text: whole.slice(begin, cuts[i + 1]),
    kinds: marks.filter((mark) => mark.begin <= begin && mark.end >= cuts[i + 1]).map((mark) => mark.kind),
  }));
}

function duration(seconds: number): string {
  return seconds < 60 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export function Editor() {
  const layer = useRef<HTMLDivElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const take = async (file: File | undefined) => {
    setIsOver(false);
    if (!file) return;
    if (!/\.(txt|md)$/i.test(file.name)) {
      message.value = `${file.name} is no .txt or .md file.`;
      return;
    }
    text.value = await file.text();
  };
  const marks = [...problems.value, ...markedWord()];
  const length = [...text.value].length;
  const kinds = new Set(problems.value.map((mark) => mark.kind));
  return (
    <section class="card editor" aria-labelledby="text-title">
      <div class="row between">
        <h2 id="text-title"><label for="text">Text</label></h2>
        <input ref={picker} type="file" accept=".txt,.md,text/plain,text/markdown" hidden
          onChange={(event) => take(event.currentTarget.files?.[0])} />
        <button class="quiet small" type="button" onClick={() => picker.current!.click()}>Open a file</button>
      </div>
      <div class={isOver ? 'paper over' : 'paper'}>
        <div ref={layer} class="paper-layer" dir="auto" aria-hidden="true">
          {pieces(text.value, marks).map((piece) => (
            <span class={piece.kinds.map((kind) => `mark-${kind}`).join(' ')}>{piece.text}</span>
          ))}
          {'\n'}
        </div>
        <textarea
          id="text"
          dir="auto"
          value={text.value}
          spellcheck={false}
          aria-describedby="text-facts text-problems"
          onInput={(event) => { text.value = event.currentTarget.value; }}
          onScroll={(event) => { layer.current!.scrollTop = event.currentTarget.scrollTop; }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            void start();
          }}
          onDragOver={(event) => { event.preventDefault(); setIsOver(true); }}
          onDragLeave={() => setIsOver(false)}
          onDrop={(event) => {
            const file = event.dataTransfer?.files[0];
            if (!file) return;
            event.preventDefault();
            void take(file);
          }}
        />
      </div>
      <div class="row between facts">
        <p id="text-facts">
          <span data-fact="characters">{length.toLocaleString('en')}</span> characters
          {estimateSeconds.value !== null && <> · about <span data-fact="estimate">{duration(estimateSeconds.value)}</span> of speech</>}
        </p>
        <p class="hint">Ctrl + Enter speaks · drop a .txt or .md file</p>
      </div>
      <ul id="text-problems" class="problems">
        {kinds.has('unspoken') && <li><span class="mark-unspoken">Underlined</span>: no sound is known for it; it is left out.</li>}
        {kinds.has('long') && <li><span class="mark-long">Dotted</span>: a sentence of more than {LONG_SENTENCE} characters is hard to follow.</li>}
      </ul>
    </section>
  );
}
