// One synthesis as a stream: samples and the words in them, as they arrive.
import { call, connectionBroke } from '../shared/api';
import { readEvents } from '../shared/events';

export const SAMPLE_RATE = 24000;
export const FORMATS = ['mp3', 'wav', 'flac', 'opus', 'ogg', 'aac', 'pcm', 'mulaw', 'alaw'] as const;
export type AudioFormat = (typeof FORMATS)[number];

export interface SpeechFields {
  model: 'kokoro';
  input: string;
  voice: string;
  speed: number;
  volume_multiplier?: number;
  pitch?: number;
  seed?: number;
  lexicon?: Record<string, string>;
}

// Times in seconds from the first sample, places in bytes of the text.
export interface SpokenWord {
  word: string;
  start_time: number;
  end_time: number;
  begin: number;
  end: number;
}

export interface SpeechListener {
  onAudio: (samples: Float32Array) => void;
  onWords: (words: SpokenWord[]) => void;
}

// 16-bit little-endian to [-1, 1); a sample may be cut in two between pieces.
export class PcmReader {
  private rest: number | null = null;

  read(bytes: Uint8Array): Float32Array {
    const hasRest = this.rest !== null;
    const size = bytes.length + (hasRest ? 1 : 0);
    const samples = new Float32Array(size >> 1);
    const at = (i: number) => (hasRest ? (i === 0 ? this.rest! : bytes[i - 1]) : bytes[i]);
    for (let i = 0; i < samples.length; ++i) {
      const value = at(2 * i) | (at(2 * i + 1) << 8);
      samples[i] = (value >= 0x8000 ? value - 0x10000 : value) / 0x8000;
    }
    this.rest = size % 2 ? at(size - 1) : null;
    return samples;
  }
}

export function bytesOfBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

// Speaks; resolves when all of it has arrived. Aborting the signal cancels on the server.
// `id` names the request for /queue.
export async function speak(fields: SpeechFields, id: string, listener: SpeechListener, signal: AbortSignal): Promise<void> {
  const request = { ...fields, response_format: 'pcm', stream_format: 'sse', return_timestamps: true };
  const answer = await call('/v1/audio/speech', request, signal, { 'X-Request-Id': id });
  const pcm = new PcmReader();
  let isDone = false;
  try {
    await readEvents(answer, (data) => {
      const event = JSON.parse(data);
      if (event.type === 'speech.audio.done') isDone = true;
      if (event.timestamps?.length) listener.onWords(event.timestamps);
      if (event.audio) listener.onAudio(pcm.read(bytesOfBase64(event.audio)));
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw connectionBroke();
  }
  if (!isDone) throw connectionBroke();
}

// The whole answer in a file format.
export async function render(fields: SpeechFields, format: AudioFormat, signal?: AbortSignal): Promise<Blob> {
  const answer = await call('/v1/audio/speech', { ...fields, response_format: format, stream: false }, signal);
  return answer.blob();
}
