import { Comparison } from './comparison';
import { Chart } from './chart';
import { figure, NO_DATA, series, show } from './figures';
import { history, isPaused, model, newest, precision, problem, range, RANGES, run, way, rowsOf } from './state';
import { Alerts, ByLength, Caches, Errors, RecentRequests, VoicesByUse } from './tables';

run();

const BINS = 60;
const NOW_SECONDS = 60; // the span of the tiles
const TILES = { requests: 'Requests', audio: 'Speech made', rtf50: 'Real-time factor, median', first50: 'First sound, median', cpu: 'Processor', memory: 'Memory held' };
const CHARTS = [
  { title: 'Requests and speech', unit: 'a minute', lines: [['requests', 'requests'], ['audio', 'seconds of speech']] },
  { title: 'Real-time factor', unit: 'below 1: faster than listening', lines: [['rtf50', 'median'], ['rtf95', '95 %'], ['rtf99', '99 %']] },
  { title: 'Time to the first sound', unit: 'ms', lines: [['first50', 'median'], ['first95', '95 %'], ['first99', '99 %']] },
  { title: 'Work', unit: 'now', lines: [['active', 'at work'], ['queued', 'queued'], ['cores', 'busy threads']] },
  { title: 'Processor', unit: 'cores', lines: [['cpu', 'used']] },
  { title: 'Memory', unit: 'MB', lines: [['memory', 'held'], ['mapped', 'of it mapped files']] },
];

function uptime(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}

const gigabytes = (bytes: number) => (bytes > 0 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : NO_DATA);

function Facts() {
  const row = newest();
  if (!row) return null;
  const simd = history.values('litetts_build_info', 'simd')[0];
  const version = history.values('litetts_build_info', 'version')[0];
  const start = history.marks.find((mark) => mark.what === 'start');
  const facts: [string, string][] = [
    ['Model', model.value ? `Kokoro 82M, ${model.value} weights` : 'loading'],
    ['Precision', precision.value ?? NO_DATA],
    ['Instructions', simd ?? NO_DATA],
    ['Threads', String(history.value(row, 'litetts_cores'))],
    ['Memory limit', history.has('litetts_memory_limit_bytes') ? gigabytes(history.value(row, 'litetts_memory_limit_bytes')) : NO_DATA],
    ['Version', version ?? NO_DATA],
    ['Running for', start ? uptime(row.time - start.time) : NO_DATA],
    ['Readings', way.value === 'events' ? 'as events' : 'asked each second'],
  ];
  return <dl class="facts-line">{facts.map(([name, value]) => <div><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function Tiles() {
  const span = rowsOf(NOW_SECONDS);
  return (
    <ul class="tiles" aria-label="The last minute">
      {Object.entries(TILES).map(([id, name]) => {
        const of = figure(id);
        const value = span ? of.of(history, ...span) : null;
        const number = show({ ...of, unit: '' }, value);
        return (
          <li class="card tile" data-figure={id} data-value={value ?? ''}>
            <span class="tile-name">{name}</span>
            <span class={value === null ? 'tile-value none' : 'tile-value'}>{number}{value !== null && <small>{of.unit}</small>}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Totals() {
  const row = newest();
  if (!row) return null;
  const totals: [string, string, number][] = [
    ['requests', 'requests', history.value(row, 'litetts_requests_total')],
    ['syntheses', 'syntheses', history.value(row, 'litetts_speech_total')],
    ['audio_seconds', 'seconds of speech', history.value(row, 'litetts_audio_seconds_total')],
    ['connections', 'connections now', history.value(row, 'litetts_load', { kind: 'connections' })],
  ];
  return (
    <p class="hint totals" data-reading={row.number}>
      Since the start:{' '}
      {totals.map(([id, name, value], i) => (
        <>{i > 0 && ' · '}<b data-total={id} data-value={value}>{value.toLocaleString('en', { maximumFractionDigits: 1 })}</b> {name}</>
      ))}
    </p>
  );
}

export function Dashboard() {
  const end = newest()?.time ?? 0;
  const step = range.value / BINS;
  const aligned = Math.ceil(end / step) * step; // so that the bins do not change with every refresh
  const times = Array.from({ length: BINS }, (_, i) => aligned - range.value + (i + 1) * step);
  const span = rowsOf(NOW_SECONDS);
  return (
    <div class="dashboard">
      <div class="row between bar">
        <h1>Dashboard</h1>
        <div class="row">
          <label class="row">Span
            <select value={range.value} onChange={(event) => { range.value = Number(event.currentTarget.value); }}>
              {RANGES.map(({ seconds, name }) => <option value={seconds}>{name}</option>)}
            </select>
          </label>
          <button type="button" aria-pressed={isPaused.value} onClick={() => { isPaused.value = !isPaused.value; }}>
            {isPaused.value ? 'Go on' : 'Pause'}
          </button>
        </div>
      </div>
      <p class="problem" role="alert">{problem.value}</p>
      <Facts />
      <Alerts />
      <h2 class="sr">The last minute</h2>
      <Tiles />
      <Totals />
      <h2 class="sr">Over time</h2>
      <div class="charts">
        {CHARTS.map(({ title, unit, lines }) => (
          <Chart title={title} unit={unit} times={times} digits={figure(lines[0][0]).digits}
            latest={lines.map(([id]) => show({ ...figure(id), unit: '' }, span ? figure(id).of(history, ...span) : null))}
            lines={lines.map(([id, name]) => ({ name, values: series(history, figure(id), aligned, range.value, BINS) }))} />
        ))}
      </div>
      <Comparison />
      <div class="tables">
        <ByLength />
        <VoicesByUse />
        <Errors />
        <Caches />
      </div>
      <RecentRequests />
    </div>
  );
}
