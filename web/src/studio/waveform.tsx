// The samples that have arrived, drawn as they come; a slider to seek in them.
import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { colour, isDark } from '../shared/theme';
import { analysis, estimateSeconds, phase, player, speed } from './state';
import { SAMPLE_RATE } from './speech';
import { clock } from './text';

const PEAK_SAMPLES = 240; // 10 ms
const BAR = 3; // pixels, gap included
const STEP_SECONDS = 2;

// The largest magnitude of each 10 ms, extended by what is new.
export function extendPeaks(peaks: number[], samples: Float32Array, length: number): void {
  for (let begin = peaks.length * PEAK_SAMPLES; begin + PEAK_SAMPLES <= length; begin += PEAK_SAMPLES) {
    let peak = 0;
    for (let i = begin; i < begin + PEAK_SAMPLES; ++i) peak = Math.max(peak, Math.abs(samples[i]));
    peaks.push(peak);
  }
}

function draw(canvas: HTMLCanvasElement, peaks: number[], shownSeconds: number): void {
  const scale = devicePixelRatio;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d')!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const played = colour('--accent');
  const coming = colour('--wave');
  const bars = Math.floor(width / BAR);
  const perBar = Math.max((shownSeconds * SAMPLE_RATE) / PEAK_SAMPLES / bars, 1e-9);
  const playedBars = (player.position.value / Math.max(shownSeconds, 1e-9)) * bars;
  for (let bar = 0; bar < bars; ++bar) {
    const from = Math.floor(bar * perBar);
    const to = Math.max(from + 1, Math.floor((bar + 1) * perBar));
    let peak = 0;
    for (let i = from; i < Math.min(to, peaks.length); ++i) peak = Math.max(peak, peaks[i]);
    const size = from < peaks.length ? Math.max(2, Math.min(1, peak * 1.6) * (height - 6)) : 2;
    context.fillStyle = bar < playedBars ? played : coming;
    context.globalAlpha = from < peaks.length ? 1 : 0.35;
    context.fillRect(bar * BAR, (height - size) / 2, BAR - 1, size);
  }
  context.globalAlpha = 1;
}

// Seconds that the width stands for: what has arrived, and as long as more comes, what is expected.
function shown(): number {
  const arrived = player.arrivedSeconds.value;
  if (player.isComplete.value || estimateSeconds.peek() === null) return arrived;
  const current = analysis.peek();
  return Math.max(arrived, current ? estimateSeconds.peek()! / speed.peek() : arrived);
}

export function Waveform() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal(0);
  useEffect(() => {
    const peaks: number[] = [];
    const observer = new ResizeObserver(() => { size.value += 1; });
    observer.observe(canvas.current!);
    const dispose = effect(() => {
      void size.value;
      void isDark.value;
      if (player.arrivedSeconds.value === 0) peaks.length = 0;
      extendPeaks(peaks, player.samples, player.length);
      draw(canvas.current!, peaks, shown());
      canvas.current!.dataset.peaks = String(peaks.length);
    });
    return () => {
      dispose();
      observer.disconnect();
    };
  }, []);
  const arrived = player.arrivedSeconds.value;
  const seekTo = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    player.seek(((event.clientX - box.left) / box.width) * shown());
  };
  return (
    <canvas
      ref={canvas}
      class="wave"
      role="slider"
      tabIndex={0}
      aria-label="Position"
      aria-valuemin={0}
      aria-valuemax={Math.round(arrived * 10) / 10}
      aria-valuenow={Math.round(player.position.value * 10) / 10}
      aria-valuetext={`${clock(player.position.value)} of ${clock(arrived)}${phase.value === 'arriving' ? ' so far' : ''}`}
      onPointerDown={(event) => {
        canvas.current!.setPointerCapture(event.pointerId);
        seekTo(event);
      }}
      onPointerMove={(event) => { if (event.buttons & 1) seekTo(event); }}
      onKeyDown={(event) => {
        const targets: Record<string, number> = {
          ArrowLeft: player.position.value - STEP_SECONDS,
          ArrowRight: player.position.value + STEP_SECONDS,
          Home: 0,
          End: arrived,
        };
        if (!(event.key in targets)) return;
        event.preventDefault();
        player.seek(targets[event.key]);
      }}
    />
  );
}
