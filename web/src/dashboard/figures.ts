// The figures of the dashboard, each as a function of two moments: tiles, charts and the comparison
// show the same ones.
import type { History, Labels, Row } from './history';

export interface Figure {
  id: string;
  name: string;
  unit: string;
  digits: number;
  // Whether more is better (1), worse (-1) or neither (0).
  better: 1 | -1 | 0;
  of: (history: History, from: Row, to: Row) => number | null;
}

const minutes = (from: Row, to: Row) => (to.time - from.time) / 60;
const perMinute = (family: string, labels = {}) => (history: History, from: Row, to: Row) =>
  to.time > from.time ? history.delta(from, to, family, labels) / minutes(from, to) : null;
// Who watches the server is no user of it; this page alone asks once a second.
const WATCHERS = ['/performance/history', '/performance/stream', '/health/live', '/health/ready', '/metrics'];
export function requests(history: History, from: Row, to: Row, labels: Labels = {}): number {
  return WATCHERS.reduce((rest, route) => rest - history.delta(from, to, 'litetts_requests_total', { ...labels, route }),
    history.delta(from, to, 'litetts_requests_total', labels));
}
const quantile = (family: string, q: number, scale = 1) => (history: History, from: Row, to: Row) => {
  const value = history.quantile(from, to, family, q);
  return value === null ? null : value * scale;
};
const gauge = (family: string, labels = {}, scale = 1) => (history: History, _: Row, to: Row) =>
  history.has(family) ? history.value(to, family, labels) * scale : null;

// Of what was asked of the caches, in percent.
export function hitRate(history: History, from: Row, to: Row, labels: Labels = {}): number | null {
  const all = history.delta(from, to, 'litetts_cache_lookups_total', labels);
  return all > 0 ? (100 * history.delta(from, to, 'litetts_cache_lookups_total', { ...labels, outcome: 'hit' })) / all : null;
}

const MEGABYTE = 1 / (1 << 20);

export const FIGURES: Figure[] = [
  { id: 'requests', name: 'Requests', unit: '/min', digits: 1, better: 0, of: (history, from, to) => (to.time > from.time ? requests(history, from, to) / minutes(from, to) : null) },
  { id: 'audio', name: 'Speech made', unit: 's/min', digits: 1, better: 0, of: perMinute('litetts_audio_seconds_total') },
  { id: 'rtf50', name: 'Real-time factor, median', unit: '', digits: 3, better: -1, of: quantile('litetts_rtf', 0.5) },
  { id: 'rtf95', name: 'Real-time factor, 95 %', unit: '', digits: 3, better: -1, of: quantile('litetts_rtf', 0.95) },
  { id: 'rtf99', name: 'Real-time factor, 99 %', unit: '', digits: 3, better: -1, of: quantile('litetts_rtf', 0.99) },
  { id: 'first50', name: 'First sound, median', unit: 'ms', digits: 0, better: -1, of: quantile('litetts_first_byte_seconds', 0.5, 1000) },
  { id: 'first95', name: 'First sound, 95 %', unit: 'ms', digits: 0, better: -1, of: quantile('litetts_first_byte_seconds', 0.95, 1000) },
  { id: 'first99', name: 'First sound, 99 %', unit: 'ms', digits: 0, better: -1, of: quantile('litetts_first_byte_seconds', 0.99, 1000) },
  { id: 'queue95', name: 'Wait in the queue, 95 %', unit: 'ms', digits: 0, better: -1, of: quantile('litetts_queue_seconds', 0.95, 1000) },
  { id: 'refused', name: 'Refused', unit: '/min', digits: 1, better: -1, of: perMinute('litetts_refused_requests_total') },
  { id: 'failed', name: 'Server errors', unit: '/min', digits: 1, better: -1, 
    of: (history, from, to) => (to.time > from.time ? requests(history, from, to, { status: '5xx' }) / minutes(from, to) : null) },
  { id: 'cpu', name: 'Processor', unit: 'cores', digits: 2, better: -1,
    of: (history, from, to) => (history.has('litetts_cpu_seconds') && to.time > from.time
      ? history.delta(from, to, 'litetts_cpu_seconds') / (to.time - from.time) : null) },
  { id: 'cached', name: 'Found in the caches', unit: '%', digits: 1, better: 1, of: (history, from, to) => hitRate(history, from, to) },
  { id: 'memory', name: 'Memory held', unit: 'MB', digits: 0, better: -1, of: gauge('litetts_resident_bytes', {}, MEGABYTE) },
  { id: 'mapped', name: 'Of it mapped files', unit: 'MB', digits: 0, better: 0, of: gauge('litetts_mapped_bytes', {}, MEGABYTE) },
  { id: 'queued', name: 'Queued', unit: '', digits: 0, better: 0, of: gauge('litetts_load', { kind: 'queued' }) },
  { id: 'active', name: 'At work', unit: '', digits: 0, better: 0, of: gauge('litetts_load', { kind: 'active' }) },
  { id: 'cores', name: 'Busy threads', unit: '', digits: 0, better: 0, of: gauge('litetts_load', { kind: 'busy_cores' }) },
];

export function figure(id: string): Figure {
  return FIGURES.find((candidate) => candidate.id === id)!;
}

export const NO_DATA = 'no data';
export function show(of: Figure, value: number | null): string {
  if (value === null) return NO_DATA;
  return `${value.toLocaleString('en', { minimumFractionDigits: of.digits, maximumFractionDigits: of.digits })}${of.unit ? ` ${of.unit}` : ''}`;
}

export interface Difference {
  figure: Figure;
  before: number | null;
  after: number | null;
  change: number | null;
  percent: number | null;
}

// Each figure in two windows. Those that tell a moment, not a span, are left out.
export function compare(history: History, before: [Row, Row], after: [Row, Row]): Difference[] {
  return FIGURES.filter(({ id }) => !['queued', 'active', 'cores'].includes(id)).map((each) => {
    const a = each.of(history, ...before);
    const b = each.of(history, ...after);
    const change = a === null || b === null ? null : b - a;
    return { figure: each, before: a, after: b, change, percent: change === null || !a ? null : (100 * change) / a };
  });
}

// Values at the ends of equal spans: what a chart shows. Null before there were readings.
export function series(history: History, of: Figure, end: number, seconds: number, bins: number): (number | null)[] {
  const values: (number | null)[] = [];
  for (let i = 0; i < bins; ++i) {
    const from = history.rowAt(end - seconds + (i * seconds) / bins);
    const to = history.rowAt(end - seconds + ((i + 1) * seconds) / bins);
    values.push(from && to && from !== to ? of.of(history, from, to) : null);
  }
  return values;
}
