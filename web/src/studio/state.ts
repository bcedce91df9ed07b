// What the studio is set to, and what it does with it.
import { batch, computed, effect, signal } from '@preact/signals';
import { ApiError, getJson, returns } from '../shared/api';
import { lexicon, lexiconField } from './lexicon';
import { Player } from './player';
import { type AudioFormat, render, type SpeechFields, speak, type SpokenWord } from './speech';
import { longSentences, type Mark, unitOfByte, unspoken } from './text';
import { parseSpelling, readFragment } from './share';

export interface Voice {
  id: string;
  language: string;
  gender: string;
  flag: string;
}
export interface BlendPart {
  voice: string;
  weight: number;
}
export interface Token {
  text: string;
  kind: string;
  spoken: string;
  tag: string;
  phonemes: string;
  source: string;
  begin: number;
  end: number;
}
export interface Chunk {
  spoken: string;
  words: Token[];
}
interface Analysis {
  chunks: Chunk[];
  warnings: string[];
}

const SETTINGS = 'litetts.settings';
const FAVOURITES = 'litetts.favourites';
const EXAMPLE =
  'Hello! Type anything here, and I will read it to you. Dr. Smith paid $5 at 3:30 pm, and that is how I say it.';

function stored<T>(key: string, fallback: T): T {
  try {
    return { ...fallback, ...JSON.parse(localStorage.getItem(key) ?? '{}') };
  } catch {
    return fallback;
  }
}
const shared = readFragment(location.hash);
const settings = { ...stored(SETTINGS, { parts: [{ voice: 'af_heart', weight: 1 }], speed: 1, volume: 1, pitch: 0, format: 'mp3', seed: '', samplesAtOnce: true }), ...shared };

export const text = signal<string>(shared?.text ?? sessionStorage.getItem('litetts.text') ?? EXAMPLE);
export const parts = signal<BlendPart[]>(settings.parts);
export const speed = signal<number>(settings.speed);
export const volume = signal<number>(settings.volume);
export const pitch = signal<number>(settings.pitch);
export const format = signal<AudioFormat>(settings.format as AudioFormat);
export const seed = signal<string>(settings.seed);
export const samplesAtOnce = signal<boolean>(settings.samplesAtOnce);
export const favourites = signal<string[]>(stored(FAVOURITES, { ids: [] as string[] }).ids);

effect(() => {
  const value = { parts: parts.value, speed: speed.value, volume: volume.value, pitch: pitch.value, format: format.value, seed: seed.value, samplesAtOnce: samplesAtOnce.value };
  localStorage.setItem(SETTINGS, JSON.stringify(value));
});
effect(() => sessionStorage.setItem('litetts.text', text.value));
effect(() => localStorage.setItem(FAVOURITES, JSON.stringify({ ids: favourites.value })));

export const voices = signal<Voice[]>([]);
export const message = signal(''); // what went wrong last, for the live region

export function report(error: unknown): void {
  if (error instanceof DOMException && error.name === 'AbortError') return;
  if (error instanceof ApiError) {
    const wait = error.retryAfterSeconds > 0 ? ` Try again in ${error.retryAfterSeconds} s.` : '';
    message.value = `${error.message}.${wait}`.replace(/\.\.$/, '.');
    return;
  }
  message.value = String(error);
}

// How the API spells the voice: "af_heart", or "af_heart(7)+af_sky(3)".
export function spelling(blend: BlendPart[]): string {
  if (blend.length === 1) return blend[0].voice;
  return blend.map(({ voice, weight }) => `${voice}(${weight})`).join('+');
}
export const voice = computed(() => spelling(parts.value));

export function fieldsNow(): SpeechFields {
  const fields: SpeechFields = { model: 'kokoro', input: text.value, voice: voice.value, speed: speed.value };
  if (volume.value !== 1) fields.volume_multiplier = volume.value;
  if (pitch.value !== 0) fields.pitch = pitch.value;
  if (seed.value !== '') fields.seed = Number(seed.value);
  return { ...fields, ...lexiconField() };
}

export async function loadVoices(): Promise<void> {
  try {
    voices.value = (await getJson<{ data: Voice[] }>('/v1/audio/voices')).data;
  } catch (error) {
    report(error);
  }
}

// How the text is read, asked anew a moment after it changed.
const ANALYSE_AFTER_MS = 250;
export const analysis = signal<(Analysis & { text: string }) | null>(null);
export const estimateSeconds = signal<number | null>(null);
let analysisTimer = 0;
let analysisAbort: AbortController | null = null;

async function analyse(input: string, language: string): Promise<void> {
  analysisAbort?.abort();
  if (!input.trim()) {
    batch(() => {
      analysis.value = null;
      estimateSeconds.value = null;
    });
    return;
  }
  const abort = new AbortController();
  analysisAbort = abort;
  try {
    const body = { text: input, language, ...lexiconField() };
    const [read, estimate] = await Promise.all([
      getJson<Analysis>('/diagnostics/text-processing', body, abort.signal),
      getJson<{ audio_seconds: number }>('/estimate', { ...body, speed: 1 }, abort.signal),
    ]);
    batch(() => {
      analysis.value = { ...read, text: input };
      estimateSeconds.value = estimate.audio_seconds;
    });
  } catch (error) {
    if (!abort.signal.aborted) report(error);
  }
}
effect(() => {
  const input = text.value;
  const language = parts.value[0].voice.startsWith('b') ? 'en-gb' : 'en-us';
  void returns.value;
  void lexicon.value;
  clearTimeout(analysisTimer);
  analysisTimer = window.setTimeout(() => analyse(input, language), ANALYSE_AFTER_MS);
});

// One synthesis at a time, and what it told while it ran.
export type Phase = 'idle' | 'asking' | 'arriving' | 'done' | 'stopped' | 'failed';
export const player = new Player();
export const phase = signal<Phase>('idle');
export const spoken = signal<{ text: string; voice: string } | null>(null);
export const words = signal<SpokenWord[]>([]);
export const figures = signal<{ firstAudioMs: number | null; rtf: number | null }>({ firstAudioMs: null, rtf: null });
export const numBefore = signal<number | null>(null); // requests that go first, while this one waits
let abort: AbortController | null = null;

export interface Take {
  id: number;
  fields: SpeechFields;
  samples: Float32Array;
  words: SpokenWord[];
}
const MAX_TAKES = 12;
export const takes = signal<Take[]>([]);

const LOOK_AT_QUEUE_MS = 300;
async function watchQueue(id: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AT_QUEUE_MS));
    if (signal.aborted || phase.value !== 'asking') break;
    try {
      numBefore.value = (await getJson<{ before: number }>(`/queue/${id}`, undefined, signal)).before;
    } catch {
      numBefore.value = null; // not known; the request itself tells what is wrong
    }
  }
  numBefore.value = null;
}

function newRequestId(): string {
  return `studio-${[...crypto.getRandomValues(new Uint32Array(3))].map((part) => part.toString(36)).join('')}`;
}

export async function start(): Promise<void> {
  stop();
  const fields = fieldsNow();
  if (!fields.input.trim()) {
    message.value = 'There is no text to speak.';
    return;
  }
  const mine = new AbortController();
  abort = mine;
  const begin = performance.now();
  batch(() => {
    message.value = '';
    words.value = [];
    figures.value = { firstAudioMs: null, rtf: null };
    spoken.value = { text: fields.input, voice: fields.voice };
    phase.value = 'asking';
  });
  player.reset();
  player.play();
  const id = newRequestId();
  void watchQueue(id, mine.signal);
  try {
    await speak(
      fields,
      id,
      {
        onAudio: (samples) => {
          if (mine.signal.aborted) return;
          player.add(samples);
          const elapsed = performance.now() - begin;
          batch(() => {
            phase.value = 'arriving';
            figures.value = { firstAudioMs: figures.value.firstAudioMs ?? elapsed, rtf: elapsed / 1000 / player.arrivedSeconds.value };
          });
        },
        onWords: (fresh) => {
          if (!mine.signal.aborted) words.value = [...words.value, ...fresh];
        },
      },
      mine.signal,
    );
    player.complete();
    phase.value = 'done';
    const take: Take = { id: Date.now(), fields, samples: player.samples.slice(0, player.length), words: words.value };
    takes.value = [take, ...takes.value].slice(0, MAX_TAKES);
  } catch (error) {
    player.complete();
    if (mine.signal.aborted) return;
    phase.value = 'failed';
    report(error);
  }
}

// Ends the synthesis on the server, and the sound.
export function stop(): void {
  player.pause();
  if (phase.value !== 'asking' && phase.value !== 'arriving') return;
  abort?.abort();
  player.complete();
  phase.value = 'stopped';
}

// The text and the settings of a take, as they were.
export function recall({ fields }: Take): void {
  batch(() => {
    text.value = fields.input;
    parts.value = parseSpelling(fields.voice);
    speed.value = fields.speed;
    volume.value = fields.volume_multiplier ?? 1;
    pitch.value = fields.pitch ?? 0;
    seed.value = fields.seed === undefined ? '' : String(fields.seed);
  });
}

export function replay(take: Take): void {
  stop();
  player.reset();
  player.add(take.samples);
  player.complete();
  batch(() => {
    words.value = take.words;
    spoken.value = { text: take.fields.input, voice: take.fields.voice };
    phase.value = 'done';
    figures.value = { firstAudioMs: null, rtf: null };
  });
  player.play();
}

export const currentWord = computed<SpokenWord | null>(() => {
  if (!player.isPlaying.value && player.position.value === 0) return null;
  const now = player.position.value;
  let found: SpokenWord | null = null;
  for (const word of words.value) {
    if (word.start_time > now) break;
    found = word;
  }
  return found && now < found.end_time + 0.25 ? found : null;
});

// What is underlined in the text.
export const problems = computed<Mark[]>(() => {
  const read = analysis.value;
  if (!read || read.text !== text.value) return longSentences(text.value);
  const units = unitOfByte(read.text);
  const covered = read.chunks.flatMap((chunk) => chunk.words)
    .filter((token) => token.phonemes !== '' || !/[\p{L}\p{N}]/u.test(token.text))
    .map((token) => ({ begin: units[token.begin], end: units[token.end] }));
  return [...longSentences(text.value), ...unspoken(text.value, covered)].sort((a, b) => a.begin - b.begin);
});

export const isDownloading = signal(false);
export async function download(): Promise<void> {
  isDownloading.value = true;
  message.value = '';
  try {
    const blob = await render(fieldsNow(), format.value);
    saveAs(blob, `speech.${format.value}`);
  } catch (error) {
    report(error);
  } finally {
    isDownloading.value = false;
  }
}

export function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
