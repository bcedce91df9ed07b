// Taking the request elsewhere, and what was spoken before.
import { useState } from 'preact/hooks';
import { apiKey } from '../shared/api';
import { Icon } from '../shared/icons';
import { fieldsNow, format, pitch, recall, replay, seed, speed, takes, text, voice, volume } from './state';
import { writeFragment } from './share';
import { type Language, LANGUAGES, snippet } from './snippets';
import { SAMPLE_RATE } from './speech';
import { clock } from './text';

function CopyButton({ label, icon, content }: { label: string; icon: 'link' | 'code'; content: () => string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(content());
      setSaid('Copied');
    } catch {
      setSaid('The browser forbids copying');
    }
    setTimeout(() => setSaid(''), 2000);
  };
  return (
    <div>
      <button type="button" onClick={copy}><Icon name={icon} />{said || label}</button>
      <span class="sr" role="status">{said}</span>
    </div>
  );
}

export function Elsewhere() {
  const [language, setLanguage] = useState<Language>('curl');
  const code = snippet(language, location.origin, fieldsNow(), format.value, apiKey() !== '');
  return (
    <section class="card" aria-labelledby="elsewhere-title">
      <div class="row between">
        <h2 id="elsewhere-title">Take it along</h2>
        <CopyButton label="Copy a link" icon="link" content={() => {
          const fragment = writeFragment({ text: text.value, voice: voice.value, speed: speed.value, volume: volume.value, pitch: pitch.value, seed: seed.value });
          history.replaceState(null, '', fragment);
          return location.href;
        }} />
      </div>
      <div class="row between">
        <fieldset class="tabs">
          <legend class="sr">Language of the program</legend>
          {LANGUAGES.map((name) => (
            <label><input type="radio" name="language" checked={name === language} onChange={() => setLanguage(name)} />{name}</label>
          ))}
        </fieldset>
        <CopyButton label="Copy the program" icon="code" content={() => code} />
      </div>
      <pre tabIndex={0} aria-label={`Program for ${language}`}><code>{code}</code></pre>
    </section>
  );
}

export function Takes() {
  return (
    <section class="card" aria-labelledby="takes-title">
      <h2 id="takes-title">This session</h2>
      {takes.value.length === 0 && <p class="empty">What you have spoken is kept here until you leave the page.</p>}
      <ol class="takes">
        {takes.value.map((take) => (
          <li key={take.id}>
            <button class="quiet icon-button" type="button" aria-label={`Play again: ${take.fields.input.slice(0, 60)}`} onClick={() => replay(take)}>
              <Icon name="play" />
            </button>
            <button class="quiet take" type="button" title="Bring the text and its settings back" onClick={() => recall(take)}>
              <span class="take-text" dir="auto">{take.fields.input}</span>
              <span class="hint">{take.fields.voice} · {clock(take.samples.length / SAMPLE_RATE)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
