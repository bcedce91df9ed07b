// The history of the server, asked for once a second, and what the page shows of it.
import { effect, signal } from '@preact/signals';
import { ApiError, connection, getJson, returns } from '../shared/api';
import { type Answer, History, type Row } from './history';

export const REFRESH_MS = 1000;
export const history = new History();
export const tick = signal(0); // counts refreshes
export const isPaused = signal(false);
export const problem = signal('');
export const model = signal<string | null>(null);
export const RANGES = [
  { seconds: 300, name: '5 minutes' },
  { seconds: 3600, name: '1 hour' },
  { seconds: 14_400, name: '4 hours' },
  { seconds: 86_400, name: '1 day' },
];
export const range = signal(300);

export async function refresh(): Promise<void> {
  try {
    let answer = await getJson<Answer>(history.path());
    if (!history.take(answer)) {
      answer = await getJson<Answer>(history.path());
      history.take(answer);
    }
    problem.value = '';
    tick.value += 1;
  } catch (error) {
    if (connection.value === 'there') problem.value = error instanceof ApiError ? error.message : String(error);
  }
}

async function loadModel(): Promise<void> {
  try {
    model.value = (await getJson<{ model: string | null }>('/health')).model;
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
export function window(seconds: number): [Row, Row] | null {
  const to = newest();
  if (!to) return null;
  const from = history.rowAt(to.time - seconds) ?? history.rows[0];
  return from === to ? null : [from, to];
}

export function run(): void {
  effect(() => {
    if (returns.value > 0) history.clear();
    void loadModel();
  });
  const loop = async () => {
    const begin = performance.now();
    if (!isPaused.value && !document.hidden && connection.value === 'there') await refresh();
    setTimeout(loop, Math.max(0, REFRESH_MS - (performance.now() - begin)));
  };
  void loop();
}
