// The history of the server, which comes once a second, and what the page shows of it.
import { computed, effect, signal } from '@preact/signals';
import { ApiError, authorization, connection, getJson, returns } from '../shared/api';
import { readEvents } from '../shared/events';
import { type Answer, History, type Row } from './history';

const REFRESH_MS = 1000;
const SILENCE_MS = 5000;
export const history = new History();
export const tick = signal(0); // counts refreshes
export const isPaused = signal(false);
export const problem = signal('');
export const model = signal<string | null>(null);
export const precision = signal<string | null>(null);
// As events; by asking each second where none arrive.
export const way = signal<'events' | 'questions'>('events');
const isVisible = signal(!document.hidden);
// A hidden page holds no connection: a browser has six for one server.
const isWatching = computed(() => isVisible.value && !isPaused.value && connection.value === 'there');
export const RANGES = [
  { seconds: 300, name: '5 minutes' },
  { seconds: 3600, name: '1 hour' },
  { seconds: 14_400, name: '4 hours' },
  { seconds: 86_400, name: '1 day' },
];
export const range = signal(300);

async function refresh(): Promise<void> {
  try {
    let answer = await getJson<Answer>(`/performance/history${history.query()}`);
    if (!history.take(answer)) {
      answer = await getJson<Answer>(`/performance/history${history.query()}`);
      history.take(answer);
    }
    problem.value = '';
    tick.value += 1;
  } catch (error) {
    if (connection.value === 'there') problem.value = error instanceof ApiError ? error.message : String(error);
  }
}

// Takes readings as events until the stream ends, the page is not looked at or nothing comes. False where
// none came, though they were waited for.
async function follow(): Promise<boolean> {
  const abort = new AbortController();
  let hasHeard = false;
  let isWanted = true;
  let silence = 0;
  const expectMore = () => {
    clearTimeout(silence);
    silence = window.setTimeout(() => abort.abort(), SILENCE_MS);
  };
  const dispose = effect(() => {
    if (isWatching.value) return;
    isWanted = false;
    abort.abort();
  });
  expectMore();
  try {
    const answer = await fetch(`/performance/stream${history.query()}`, { headers: authorization(), signal: abort.signal, cache: 'no-store' });
    if (!answer.ok) return false;
    await readEvents(answer, (data) => {
      history.take(JSON.parse(data));
      hasHeard = true;
      tick.value += 1;
      expectMore();
    });
  } catch {
    // It broke off, or there is no stream: the next question tells what is wrong.
  } finally {
    dispose();
    clearTimeout(silence);
  }
  return hasHeard || !isWanted;
}

async function loadModel(): Promise<void> {
  try {
    const health = await getJson<{ model: string | null; precision: string | null }>('/health');
    model.value = health.model;
    precision.value = health.precision;
  } catch {
    model.value = null;
  }
}

// For components: the newest row, and a subscription to the ones that follow.
export function newest(): Row | undefined {
  void tick.value;
  return history.newest;
}

// The rows at the ends of the last `seconds`; none before there are two readings.
export function rowsOf(seconds: number): [Row, Row] | null {
  const to = newest();
  if (!to) return null;
  const from = history.rowAt(to.time - seconds) ?? history.rows[0];
  return from === to ? null : [from, to];
}

export function run(): void {
  effect(() => {
    if (returns.value > 0) history.clear();
    way.value = 'events';
    void loadModel();
  });
  document.addEventListener('visibilitychange', () => { isVisible.value = !document.hidden; });
  const loop = async () => {
    const begin = performance.now();
    if (isWatching.value) await refresh();
    if (isWatching.value && way.value === 'events' && problem.value === '') {
      if (!(await follow())) way.value = 'questions'; // something on the way holds events back
    }
    setTimeout(loop, Math.max(0, REFRESH_MS - (performance.now() - begin)));
  };
  void loop();
}
