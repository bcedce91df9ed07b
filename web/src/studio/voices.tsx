// Which voice speaks, or which blend of up to four.
import { signal } from '@preact/signals';
import { Icon } from '../shared/icons';
import { favourites, parts, phase, player, report, samplesAtOnce, spelling, type Voice, voice, voices } from './state';
import { render } from './speech';

const MAX_PARTS = 4;
const LANGUAGES: Record<string, string> = {
  'en-us': 'American English', 'en-gb': 'British English', es: 'Spanish', 'fr-fr': 'French', fr: 'French',
  hi: 'Hindi', it: 'Italian', ja: 'Japanese', 'pt-br': 'Portuguese (Brazil)', pt: 'Portuguese (Brazil)', zh: 'Mandarin', cmn: 'Mandarin',
};
const search = signal('');
const language = signal('');
const gender = signal('');
const sampling = signal('');

export const shortName = (id: string) => {
  const name = id.slice(id.indexOf('_') + 1);
  return name[0].toUpperCase() + name.slice(1);
};
const languageName = (code: string) => LANGUAGES[code.toLowerCase()] ?? code;

const sampleAudio = new Audio();
const sampleUrls = new Map<string, string>();
let sampleAbort: AbortController | null = null;
async function playSample(id: string): Promise<void> {
  stopSample();
  const abort = new AbortController();
  sampleAbort = abort;
  sampling.value = id;
  try {
    if (!sampleUrls.has(id)) {
      const fields = { model: 'kokoro', input: `Hello, I am ${shortName(id)}.`, voice: id, speed: 1 } as const;
      sampleUrls.set(id, URL.createObjectURL(await render(fields, 'wav', abort.signal)));
    }
    if (abort.signal.aborted) return;
    sampleAudio.src = sampleUrls.get(id)!;
    await sampleAudio.play();
  } catch (error) {
    // Before the first click a browser allows no sound.
    if (!(error instanceof DOMException && error.name === 'NotAllowedError')) report(error);
  } finally {
    if (sampling.value === id) sampling.value = '';
  }
}

function stopSample(): void {
  sampleAbort?.abort();
  sampleAudio.pause();
}

// Who rests on a voice hears it, unless something else is heard; who goes on hears no more of it.
const REST_MS = 400;
let rest = 0;
let isSampleOfRest = false;
function restOn(id: string): void {
  const isBusy = player.isPlaying.value || phase.value === 'asking' || phase.value === 'arriving';
  if (!samplesAtOnce.value || isBusy) return;
  clearTimeout(rest);
  rest = window.setTimeout(() => {
    isSampleOfRest = true;
    void playSample(id);
  }, REST_MS);
}
function leave(): void {
  clearTimeout(rest);
  if (isSampleOfRest) stopSample();
  isSampleOfRest = false;
}

function toggleFavourite(id: string): void {
  favourites.value = favourites.value.includes(id) ? favourites.value.filter((other) => other !== id) : [...favourites.value, id];
}

export function matches(candidate: Voice, words: string): boolean {
  const place = `${candidate.id} ${languageName(candidate.language)} ${candidate.gender}`.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => place.includes(word));
}

function VoiceRow({ candidate }: { candidate: Voice }) {
  const { id } = candidate;
  const isFavourite = favourites.value.includes(id);
  const isChosen = parts.value.some((part) => part.voice === id);
  const isBlend = parts.value.length > 1;
  return (
    <li class={isChosen ? 'voice chosen' : 'voice'}
      onPointerEnter={(event) => { if (event.pointerType === 'mouse') restOn(id); }} onPointerLeave={leave}
      onFocusIn={(event) => { if ((event.target as Element).matches(':focus-visible')) restOn(id); }} onFocusOut={leave}>
      <label>
        <input type="radio" name="voice" value={id} checked={isChosen && !isBlend}
          onChange={() => { parts.value = [{ voice: id, weight: 1 }]; }} />
        <span class="flag" aria-hidden="true">{candidate.flag}</span>
        <span class="voice-name">{shortName(id)}<span class="voice-about">{candidate.gender}, {languageName(candidate.language)}</span></span>
      </label>
      <button class="quiet icon-button" type="button" aria-label={`Sample of ${shortName(id)}`} title="Sample"
        aria-busy={sampling.value === id} onClick={() => {
          clearTimeout(rest);
          isSampleOfRest = false;
          void playSample(id);
        }}>
        <Icon name="play" />
      </button>
      <button class="quiet icon-button" type="button" aria-label={`Add ${shortName(id)} to the blend`} title="Add to the blend"
        disabled={isChosen || parts.value.length >= MAX_PARTS}
        onClick={() => { parts.value = [...parts.value.map((part) => (isBlend ? part : { ...part, weight: 5 })), { voice: id, weight: 5 }]; }}>
        <Icon name="plus" />
      </button>
      <button class={isFavourite ? 'quiet icon-button lit' : 'quiet icon-button'} type="button" aria-pressed={isFavourite}
        aria-label={`Favourite: ${shortName(id)}`} title="Favourite" onClick={() => toggleFavourite(id)}>
        <Icon name="star" filled={isFavourite} />
      </button>
    </li>
  );
}

function Blend() {
  if (parts.value.length < 2) return <p class="hint">The + beside a voice blends it with the chosen one.</p>;
  const total = parts.value.reduce((sum, part) => sum + part.weight, 0);
  return (
    <fieldset class="blend">
      <legend>Blend</legend>
      {parts.value.map((part, i) => (
        <div class="row">
          <label class="slider">
            <span>{shortName(part.voice)}</span>
            <input type="range" min={1} max={10} step={1} value={part.weight} aria-valuetext={`${Math.round((100 * part.weight) / total)} percent`}
              onInput={(event) => {
                const weight = Number(event.currentTarget.value);
                parts.value = parts.value.map((other, k) => (k === i ? { ...other, weight } : other));
              }} />
            <output>{Math.round((100 * part.weight) / total)} %</output>
          </label>
          <button class="quiet icon-button" type="button" aria-label={`Remove ${shortName(part.voice)} from the blend`}
            onClick={() => { parts.value = parts.value.filter((_, k) => k !== i); }}>
            <Icon name="close" />
          </button>
        </div>
      ))}
      <p class="hint">For the API: <code data-spelling>{spelling(parts.value)}</code></p>
    </fieldset>
  );
}

export function Voices() {
  const languages = [...new Set(voices.value.map((candidate) => candidate.language))];
  const found = voices.value.filter((candidate) =>
    matches(candidate, search.value) && (!language.value || candidate.language === language.value) &&
    (!gender.value || candidate.gender === gender.value));
  const rank = (candidate: Voice) => (favourites.value.includes(candidate.id) ? 0 : 1);
  const sorted = [...found].sort((a, b) => rank(a) - rank(b));
  return (
    <section class="card voices" aria-labelledby="voices-title">
      <div class="row between">
        <h2 id="voices-title">Voice</h2>
        <code class="hint">{voice.value}</code>
      </div>
      <Blend />
      <div class="filters">
        <input type="search" placeholder="Search" aria-label="Search the voices" value={search.value}
          onInput={(event) => { search.value = event.currentTarget.value; }} />
        <select aria-label="Language" value={language.value} onChange={(event) => { language.value = event.currentTarget.value; }}>
          <option value="">All languages</option>
          {languages.map((code) => <option value={code}>{languageName(code)}</option>)}
        </select>
        <select aria-label="Gender" value={gender.value} onChange={(event) => { gender.value = event.currentTarget.value; }}>
          <option value="">All</option>
          <option value="female">Female</option>
          <option value="male">Male</option>
        </select>
      </div>
      <p class="sr" role="status">{found.length} voices</p>
      <ul class="voice-list">
        {sorted.map((candidate) => <VoiceRow key={candidate.id} candidate={candidate} />)}
        {found.length === 0 && <li class="empty">{voices.value.length ? 'No voice is like that.' : 'No voices yet: the server is loading.'}</li>}
      </ul>
      <label class="row check">
        <input type="checkbox" checked={samplesAtOnce.value} onChange={(event) => { samplesAtOnce.value = event.currentTarget.checked; }} />
        Hear a voice by resting on it
      </label>
      <p class="hint">Every voice reads English; voices of other languages bring their accent.</p>
    </section>
  );
}
