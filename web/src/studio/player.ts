// Plays samples while they still arrive, with pause and seek. Web Audio with buffers one after the
// other: the same in Chromium, Firefox and Safari, which differ in what Media Source takes.
import { computed, signal } from '@preact/signals';
import { SAMPLE_RATE } from './speech';

const AHEAD_SECONDS = 0.5; // scheduled before they are due
const BLOCK = 4800; // samples in a scheduled buffer: 0.2 s

function newContext(): AudioContext {
  try {
    return new AudioContext({ sampleRate: SAMPLE_RATE });
  } catch {
    return new AudioContext(); // where only the device's own rate is allowed, each buffer is converted
  }
}

export class Player {
  readonly arrivedSeconds = signal(0);
  readonly position = signal(0); // seconds
  readonly isPlaying = signal(false);
  readonly isComplete = signal(false);
  readonly isWaiting = computed(() => this.isPlaying.value && !this.isComplete.value && this.position.value >= this.arrivedSeconds.value);
  samples = new Float32Array(SAMPLE_RATE * 8);
  length = 0;

  private context: AudioContext | null = null;
  private gain: GainNode | null = null;
  private sources: AudioBufferSourceNode[] = [];
  private scheduled = 0; // samples
  private zero = 0; // context time at which sample 0 would have begun
  private timer = 0;
  private volumeValue = 1;

  // In the handler of a click or key, since browsers allow sound only there.
  open(): void {
    if (!this.context) {
      this.context = newContext();
      this.gain = this.context.createGain();
      this.gain.gain.value = this.volumeValue;
      this.gain.connect(this.context.destination);
    }
    void this.context.resume();
  }

  set volume(value: number) {
    this.volumeValue = value;
    if (this.gain) this.gain.gain.value = value;
  }

  reset(): void {
    this.pause();
    this.length = 0;
    this.position.value = 0;
    this.arrivedSeconds.value = 0;
    this.isComplete.value = false;
  }

  add(samples: Float32Array): void {
    if (this.length + samples.length > this.samples.length) {
      const larger = new Float32Array(2 * (this.length + samples.length));
      larger.set(this.samples.subarray(0, this.length));
      this.samples = larger;
    }
    this.samples.set(samples, this.length);
    this.length += samples.length;
    this.arrivedSeconds.value = this.length / SAMPLE_RATE;
    if (this.isPlaying.value) this.schedule();
  }

  complete(): void {
    this.isComplete.value = true;
  }

  play(): void {
    this.open();
    if (this.isComplete.value && this.position.value >= this.arrivedSeconds.value) this.position.value = 0;
    this.isPlaying.value = true;
    this.restartAt(this.position.value);
    clearInterval(this.timer);
    this.timer = window.setInterval(() => this.tick(), 30);
  }

  pause(): void {
    if (this.isPlaying.value) this.tick();
    this.isPlaying.value = false;
    clearInterval(this.timer);
    this.dropSources();
  }

  // Within what has arrived.
  seek(seconds: number): void {
    this.position.value = Math.min(Math.max(seconds, 0), this.arrivedSeconds.value);
    if (this.isPlaying.value) this.restartAt(this.position.value);
  }

  private restartAt(seconds: number): void {
    this.dropSources();
    this.scheduled = Math.round(seconds * SAMPLE_RATE);
    this.zero = this.context!.currentTime + 0.02 - this.scheduled / SAMPLE_RATE;
    this.schedule();
  }

  private dropSources(): void {
    for (const source of this.sources) {
      source.onended = null;
      source.stop();
      source.disconnect();
    }
    this.sources = [];
  }

  private schedule(): void {
    const context = this.context!;
    while (this.scheduled < this.length) {
      let due = this.zero + this.scheduled / SAMPLE_RATE;
      if (due > context.currentTime + AHEAD_SECONDS) return;
      if (due < context.currentTime) {
        // The samples came too late: the rest is heard later by as much.
        this.zero += context.currentTime + 0.02 - due;
        due = context.currentTime + 0.02;
      }
      const size = Math.min(BLOCK, this.length - this.scheduled);
      const buffer = context.createBuffer(1, size, SAMPLE_RATE);
      buffer.getChannelData(0).set(this.samples.subarray(this.scheduled, this.scheduled + size));
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(this.gain!);
      source.start(due);
      source.onended = () => {
        source.disconnect();
        this.sources = this.sources.filter((other) => other !== source);
      };
      this.sources.push(source);
      this.scheduled += size;
    }
  }

  private tick(): void {
    this.schedule();
    const heard = this.context!.currentTime - this.zero;
    this.position.value = Math.max(0, Math.min(heard, this.scheduled / SAMPLE_RATE));
    if (this.isComplete.value && heard >= this.arrivedSeconds.value) {
      this.position.value = this.arrivedSeconds.value;
      this.isPlaying.value = false;
      clearInterval(this.timer);
    }
  }
}
