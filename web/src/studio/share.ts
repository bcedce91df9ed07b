// The studio's settings as a URL fragment, which browsers do not send to the server.
import type { BlendPart } from './state';

export interface Shared {
  text?: string;
  parts?: BlendPart[];
  speed?: number;
  volume?: number;
  pitch?: number;
  seed?: string;
}

export function parseSpelling(voice: string): BlendPart[] {
  return voice.split('+').slice(0, 4).flatMap((part) => {
    const match = /^(\w+)(?:\((\d+(?:\.\d+)?)\))?$/.exec(part.trim());
    return match ? [{ voice: match[1], weight: Number(match[2] ?? 1) }] : [];
  });
}

function numberWithin(value: string | null, low: number, high: number): number | undefined {
  const number = Number(value);
  return value !== null && number >= low && number <= high ? number : undefined;
}

// Only what is there and makes sense; a fragment comes from anybody.
export function readFragment(fragment: string): Shared | null {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  if (!fields.has('text')) return null;
  const shared: Shared = { text: fields.get('text')! };
  const parts = parseSpelling(fields.get('voice') ?? '');
  if (parts.length > 0) shared.parts = parts;
  shared.speed = numberWithin(fields.get('speed'), 0.25, 4);
  shared.volume = numberWithin(fields.get('volume'), 0, 2);
  shared.pitch = numberWithin(fields.get('pitch'), -6, 6);
  if (/^\d{1,15}$/.test(fields.get('seed') ?? '')) shared.seed = fields.get('seed')!;
  return Object.fromEntries(Object.entries(shared).filter(([, value]) => value !== undefined));
}

export function writeFragment(shared: { text: string; voice: string; speed: number; volume: number; pitch: number; seed: string }): string {
  const fields = new URLSearchParams({ text: shared.text, voice: shared.voice });
  if (shared.speed !== 1) fields.set('speed', String(shared.speed));
  if (shared.volume !== 1) fields.set('volume', String(shared.volume));
  if (shared.pitch !== 0) fields.set('pitch', String(shared.pitch));
  if (shared.seed !== '') fields.set('seed', shared.seed);
  return `#${fields}`;
}
