// The server's history of /metrics, and what can be computed from two of its rows.
export interface Row {
  number: number; // counts the server's readings
  time: number; // seconds since 1970
  values: number[]; // by column
}
export interface Recent {
  time: number;
  id: string;
  voice: string;
  format: string;
  outcome: string;
  characters: number;
  queue_seconds: number;
  first_audio_seconds: number;
  audio_seconds: number;
  compute_seconds: number;
}
export interface Mark {
  time: number;
  what: string;
}
export interface Answer {
  newest: number;
  columns: string[];
  rows: number[][]; // number, time, then pairs of column and value: what differs from the row before
  marks: Mark[];
  recent?: Recent[]; // where there is a new one
}

// As the server thins its own: every reading of ten minutes, every 15th of four hours, every 120th of a day.
function isKept(row: Row, newest: number): boolean {
  const age = newest - row.number;
  if (age < 600) return true;
  if (age < 14_400) return row.number % 15 === 0;
  return age < 86_400 && row.number % 120 === 0;
}
const THIN_EVERY = 60;

interface Column {
  family: string;
  labels: Record<string, string>;
}

function parseColumn(name: string): Column {
  const brace = name.indexOf('{');
  if (brace < 0) return { family: name, labels: {} };
  const labels: Record<string, string> = {};
  for (const match of name.slice(brace + 1, -1).matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[match[1]] = match[2];
  return { family: name.slice(0, brace), labels };
}

export type Labels = Record<string, string>;

export class History {
  columns: Column[] = [];
  rows: Row[] = [];
  marks: Mark[] = [];
  recent: Recent[] = [];
  private families = new Map<string, number[]>();

  get newest(): Row | undefined {
    return this.rows.at(-1);
  }

  // What is asked for with this is what is not known yet.
  query(): string {
    return `?after=${this.newest?.number ?? 0}&column=${this.columns.length}`;
  }

  // False where the answer is of a server that started anew: ask again, from the beginning.
  take(answer: Answer): boolean {
    if (answer.newest < (this.newest?.number ?? 0)) {
      this.clear();
      return false;
    }
    for (const name of answer.columns) {
      const column = parseColumn(name);
      this.families.set(column.family, [...(this.families.get(column.family) ?? []), this.columns.length]);
      this.columns.push(column);
    }
    let values: number[] = [];
    for (const [number, time, ...cells] of answer.rows) {
      values = values.slice();
      for (let i = 0; i < cells.length; i += 2) {
        while (values.length < cells[i]) values.push(0);
        values[cells[i]] = cells[i + 1];
      }
      this.rows.push({ number, time, values });
    }
    this.marks = answer.marks;
    this.recent = answer.recent ?? this.recent;
    if (this.newest && this.rows.length > 600 && this.newest.number % THIN_EVERY === 0) {
      const newest = this.newest.number;
      this.rows = this.rows.filter((row) => isKept(row, newest));
    }
    return true;
  }

  clear(): void {
    this.columns = [];
    this.rows = [];
    this.families.clear();
  }

  // The last row at or before that time.
  rowAt(time: number): Row | undefined {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].time <= time) low = middle + 1;
      else high = middle;
    }
    return this.rows[low - 1];
  }

  private indices(family: string, labels: Labels): number[] {
    return (this.families.get(family) ?? []).filter((i) =>
      Object.entries(labels).every(([name, value]) => this.columns[i].labels[name] === value));
  }

  has(family: string): boolean {
    return this.families.has(family);
  }

  // The sum of the columns of that family that have these labels.
  value(row: Row, family: string, labels: Labels = {}): number {
    return this.indices(family, labels).reduce((sum, i) => sum + (row.values[i] ?? 0), 0);
  }

  values(family: string, label: string): string[] {
    return [...new Set(this.indices(family, {}).map((i) => this.columns[i].labels[label]))].filter((value) => value !== undefined);
  }

  delta(from: Row, to: Row, family: string, labels: Labels = {}): number {
    return this.value(to, family, labels) - this.value(from, family, labels);
  }

  // Of what a histogram counted between the two rows, as Prometheus' histogram_quantile: linear within
  // a bucket, the highest bound for what lies above. Null where nothing was counted.
  quantile(from: Row, to: Row, family: string, q: number, labels: Labels = {}): number | null {
    const counts = new Map<number, number>();
    for (const i of this.indices(`${family}_bucket`, labels)) {
      const text = this.columns[i].labels.le;
      const bound = text === '+Inf' ? Infinity : Number(text);
      counts.set(bound, (counts.get(bound) ?? 0) + (to.values[i] ?? 0) - (from.values[i] ?? 0));
    }
    const bounds = [...counts.keys()].sort((a, b) => a - b);
    const total = counts.get(Infinity) ?? 0;
    if (total <= 0) return null;
    const rank = q * total;
    for (let i = 0; i < bounds.length; ++i) {
      const upTo = counts.get(bounds[i])!;
      if (upTo < rank) continue;
      if (bounds[i] === Infinity) return i > 0 ? bounds[i - 1] : null;
      const low = i > 0 ? bounds[i - 1] : 0;
      const before = i > 0 ? counts.get(bounds[i - 1])! : 0;
      return upTo === before ? bounds[i] : low + ((bounds[i] - low) * (rank - before)) / (upTo - before);
    }
    return null;
  }

  mean(from: Row, to: Row, family: string, labels: Labels = {}): number | null {
    const count = this.delta(from, to, `${family}_count`, labels);
    return count > 0 ? this.delta(from, to, `${family}_sum`, labels) / count : null;
  }
}
