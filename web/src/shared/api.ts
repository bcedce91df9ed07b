// The server's HTTP interface: errors as values of one class, the API key, and whether the server is there.
import { signal } from '@preact/signals';

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code = '',
    readonly retryAfterSeconds = 0,
  ) {
    super(message);
  }
}

export type Connection = 'there' | 'gone';
export const connection = signal<Connection>('there');
// How often the server came back; what depends on its state reloads when this changes.
export const returns = signal(0);

const KEY = 'litetts.key';
const PING_MS = 1000;

// A request that waits for a key; the dialog answers it.
export interface KeyQuestion {
  wasWrong: boolean;
  answer: (key: string | null) => void;
}
export const keyQuestion = signal<KeyQuestion | null>(null);
let pendingKey: Promise<string | null> | null = null;

// Kept for this tab only: whoever opens the browser later has to know the key.
export function apiKey(): string {
  return sessionStorage.getItem(KEY) ?? '';
}

export function authorization(): Record<string, string> {
  const key = apiKey();
  return key ? { Authorization: `Bearer ${key}` } : {};
}

function askForKey(refused: string): Promise<string | null> {
  if (apiKey() !== refused) return Promise.resolve(apiKey()); // somebody else has asked meanwhile
  pendingKey ??= new Promise<string | null>((resolve) => {
    keyQuestion.value = { wasWrong: refused !== '', answer: resolve };
  }).then((key) => {
    keyQuestion.value = null;
    pendingKey = null;
    if (key) sessionStorage.setItem(KEY, key);
    return key;
  });
  return pendingKey;
}

function watchForReturn(): void {
  if (connection.value === 'gone') return;
  connection.value = 'gone';
  const ping = async () => {
    try {
      const answer = await fetch('/health/ready', { cache: 'no-store' });
      if (!answer.ok) throw new Error('still loading');
      connection.value = 'there';
      returns.value += 1;
    } catch {
      setTimeout(ping, PING_MS);
    }
  };
  setTimeout(ping, PING_MS);
}

// A page that asks for nothing would not notice that the server is gone.
const HEARTBEAT_MS = 4000;
export function watchForLoss(): void {
  setInterval(async () => {
    if (document.hidden || connection.value === 'gone') return;
    try {
      await fetch('/health/live', { cache: 'no-store' });
    } catch {
      watchForReturn();
    }
  }, HEARTBEAT_MS);
}

async function errorOf(answer: Response): Promise<ApiError> {
  let message = `the server answered ${answer.status}`;
  let code = '';
  try {
    const { error } = await answer.json();
    message = error.message;
    code = error.code;
  } catch {
    // No JSON: the status has to do.
  }
  return new ApiError(message, answer.status, code, Number(answer.headers.get('Retry-After') ?? 0));
}

// Asks the server; asks the person for a key where it wants one.
export async function call(path: string, body?: unknown, signal?: AbortSignal, more: Record<string, string> = {}): Promise<Response> {
  for (;;) {
    const key = apiKey();
    const headers: Record<string, string> = { ...more, ...authorization() };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    let answer: Response;
    try {
      answer = await fetch(path, {
        method: body === undefined ? 'GET' : 'POST',
        body: body === undefined ? undefined : JSON.stringify(body),
        headers,
        signal,
        cache: 'no-store',
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      watchForReturn();
      throw new ApiError('the server does not answer', 0, 'gone');
    }
    if (answer.ok) return answer;
    if (answer.status !== 401) throw await errorOf(answer);
    if ((await askForKey(key)) === null) throw await errorOf(answer);
  }
}

// For errors in the middle of a body: the connection broke.
export function connectionBroke(): ApiError {
  watchForReturn();
  return new ApiError('the connection to the server broke off', 0, 'gone');
}

export async function getJson<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  return (await call(path, body, signal)).json() as Promise<T>;
}
