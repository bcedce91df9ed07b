// src/dashboard/history.test.ts
import assert from "node:assert/strict";
import test from "node:test";

// src/dashboard/figures.ts
var minutes = (from, to) => (to.time - from.time) / 60;
var perMinute = (family, labels = {}) => (history, from, to) => to.time > from.time ? history.delta(from, to, family, labels) / minutes(from, to) : null;
var WATCHERS = ["/performance/history", "/performance/stream", "/health/live", "/health/ready", "/metrics"];
function requests(history, from, to, labels = {}) {
  return WATCHERS.reduce(
    (rest, route) => rest - history.delta(from, to, "litetts_requests_total", { ...labels, route }),
    history.delta(from, to, "litetts_requests_total", labels)
  );
}
var quantile = (family, q, scale = 1) => (history, from, to) => {
  const value = history.quantile(from, to, family, q);
  return value === null ? null : value * scale;
};
var gauge = (family, labels = {}, scale = 1) => (history, _, to) => history.has(family) ? history.value(to, family, labels) * scale : null;
function hitRate(history, from, to, labels = {}) {
  const all = history.delta(from, to, "litetts_cache_requests_total", labels);
  return all > 0 ? 100 * history.delta(from, to, "litetts_cache_requests_total", { ...labels, result: "hit" }) / all : null;
}
var MEGABYTE = 1 / (1 << 20);
var FIGURES = [
  { id: "requests", name: "Requests", unit: "/min", digits: 1, better: 0, of: (history, from, to) => to.time > from.time ? requests(history, from, to) / minutes(from, to) : null },
  { id: "audio", name: "Speech made", unit: "s/min", digits: 1, better: 0, of: perMinute("litetts_audio_seconds_total") },
  { id: "rtf50", name: "Real-time factor, median", unit: "", digits: 3, better: -1, of: quantile("litetts_rtf", 0.5) },
  { id: "rtf95", name: "Real-time factor, 95 %", unit: "", digits: 3, better: -1, of: quantile("litetts_rtf", 0.95) },
  { id: "rtf99", name: "Real-time factor, 99 %", unit: "", digits: 3, better: -1, of: quantile("litetts_rtf", 0.99) },
  { id: "first50", name: "First sound, median", unit: "ms", digits: 0, better: -1, of: quantile("litetts_first_byte_seconds", 0.5, 1e3) },
  { id: "first95", name: "First sound, 95 %", unit: "ms", digits: 0, better: -1, of: quantile("litetts_first_byte_seconds", 0.95, 1e3) },
  { id: "first99", name: "First sound, 99 %", unit: "ms", digits: 0, better: -1, of: quantile("litetts_first_byte_seconds", 0.99, 1e3) },
  { id: "queue95", name: "Wait in the queue, 95 %", unit: "ms", digits: 0, better: -1, of: quantile("litetts_queue_seconds", 0.95, 1e3) },
  { id: "refused", name: "Refused", unit: "/min", digits: 1, better: -1, of: perMinute("litetts_refused_requests_total") },
  {
    id: "failed",
    name: "Server errors",
    unit: "/min",
    digits: 1,
    better: -1,
    of: (history, from, to) => to.time > from.time ? requests(history, from, to, { status: "5xx" }) / minutes(from, to) : null
  },
  {
    id: "cpu",
    name: "Processor",
    unit: "cores",
    digits: 2,
    better: -1,
    of: (history, from, to) => history.has("litetts_cpu_seconds") && to.time > from.time ? history.delta(from, to, "litetts_cpu_seconds") / (to.time - from.time) : null
  },
  { id: "cached", name: "Answered from a cache", unit: "%", digits: 1, better: 1, of: (history, from, to) => hitRate(history, from, to) },
  { id: "memory", name: "Memory held", unit: "MB", digits: 0, better: -1, of: gauge("litetts_resident_bytes", {}, MEGABYTE) },
  { id: "mapped", name: "Of it mapped files", unit: "MB", digits: 0, better: 0, of: gauge("litetts_mapped_bytes", {}, MEGABYTE) },
  { id: "queued", name: "Queued", unit: "", digits: 0, better: 0, of: gauge("litetts_load", { kind: "queued" }) },
  { id: "active", name: "At work", unit: "", digits: 0, better: 0, of: gauge("litetts_load", { kind: "active" }) },
  { id: "cores", name: "Busy threads", unit: "", digits: 0, better: 0, of: gauge("litetts_load", { kind: "busy_cores" }) }
];
function compare(history, before, after) {
  return FIGURES.filter(({ id }) => !["queued", "active", "cores"].includes(id)).map((each) => {
    const a = each.of(history, ...before);
    const b = each.of(history, ...after);
    const change = a === null || b === null ? null : b - a;
    return { figure: each, before: a, after: b, change, percent: change === null || !a ? null : 100 * change / a };
  });
}

// src/dashboard/history.ts
function isKept(row, newest) {
  const age = newest - row.number;
  if (age < 600) return true;
  if (age < 14400) return row.number % 15 === 0;
  return age < 86400 && row.number % 120 === 0;
}
var THIN_EVERY = 60;
function parseColumn(name) {
  const brace = name.indexOf("{");
  if (brace < 0) return { family: name, labels: {} };
  const labels = {};
  for (const match of name.slice(brace + 1, -1).matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) labels[match[1]] = match[2];
  return { family: name.slice(0, brace), labels };
}
var History = class {
  columns = [];
  rows = [];
  marks = [];
  recent = [];
  families = /* @__PURE__ */ new Map();
  get newest() {
    return this.rows.at(-1);
  }
  // What is asked for with this is what is not known yet.
  query() {
    return `?after=${this.newest?.number ?? 0}&column=${this.columns.length}`;
  }
  // False where the answer is of a server that started anew: ask again, from the beginning.
  take(answer2) {
    if (answer2.newest < (this.newest?.number ?? 0)) {
      this.clear();
      return false;
    }
    for (const name of answer2.columns) {
      const column = parseColumn(name);
      this.families.set(column.family, [...this.families.get(column.family) ?? [], this.columns.length]);
      this.columns.push(column);
    }
    let values = [];
    for (const [number, time, ...cells] of answer2.rows) {
      values = values.slice();
      for (let i = 0; i < cells.length; i += 2) {
        while (values.length < cells[i]) values.push(0);
        values[cells[i]] = cells[i + 1];
      }
      this.rows.push({ number, time, values });
    }
    this.marks = answer2.marks;
    this.recent = answer2.recent ?? this.recent;
    if (this.newest && this.rows.length > 600 && this.newest.number % THIN_EVERY === 0) {
      const newest = this.newest.number;
      this.rows = this.rows.filter((row) => isKept(row, newest));
    }
    return true;
  }
  clear() {
    this.columns = [];
    this.rows = [];
    this.families.clear();
  }
  // The last row at or before that time.
  rowAt(time) {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = low + high >> 1;
      if (this.rows[middle].time <= time) low = middle + 1;
      else high = middle;
    }
    return this.rows[low - 1];
  }
  indices(family, labels) {
    return (this.families.get(family) ?? []).filter((i) => Object.entries(labels).every(([name, value]) => this.columns[i].labels[name] === value));
  }
  has(family) {
    return this.families.has(family);
  }
  // The sum of the columns of that family that have these labels.
  value(row, family, labels = {}) {
    return this.indices(family, labels).reduce((sum, i) => sum + (row.values[i] ?? 0), 0);
  }
  values(family, label) {
    return [...new Set(this.indices(family, {}).map((i) => this.columns[i].labels[label]))].filter((value) => value !== void 0);
  }
  delta(from, to, family, labels = {}) {
    return this.value(to, family, labels) - this.value(from, family, labels);
  }
  // Of what a histogram counted between the two rows, as Prometheus' histogram_quantile: linear within
  // a bucket, the highest bound for what lies above. Null where nothing was counted.
  quantile(from, to, family, q, labels = {}) {
    const counts = /* @__PURE__ */ new Map();
    for (const i of this.indices(`${family}_bucket`, labels)) {
      const text = this.columns[i].labels.le;
      const bound = text === "+Inf" ? Infinity : Number(text);
      counts.set(bound, (counts.get(bound) ?? 0) + (to.values[i] ?? 0) - (from.values[i] ?? 0));
    }
    const bounds = [...counts.keys()].sort((a, b) => a - b);
    const total = counts.get(Infinity) ?? 0;
    if (total <= 0) return null;
    const rank = q * total;
    for (let i = 0; i < bounds.length; ++i) {
      const upTo = counts.get(bounds[i]);
      if (upTo < rank) continue;
      if (bounds[i] === Infinity) return i > 0 ? bounds[i - 1] : null;
      const low = i > 0 ? bounds[i - 1] : 0;
      const before = i > 0 ? counts.get(bounds[i - 1]) : 0;
      return upTo === before ? bounds[i] : low + (bounds[i] - low) * (rank - before) / (upTo - before);
    }
    return null;
  }
  mean(from, to, family, labels = {}) {
    const count = this.delta(from, to, `${family}_count`, labels);
    return count > 0 ? this.delta(from, to, `${family}_sum`, labels) / count : null;
  }
};

// src/dashboard/history.test.ts
var answer = (columns, rows, newest = rows.at(-1)?.[0] ?? 0) => ({ newest, columns, rows, marks: [], recent: [] });
test("rows hold what differs from the one before", () => {
  const history = new History();
  history.take(answer(["a", 'b{x="1"}', 'b{x="2"}'], [[1, 10, 0, 5, 1, 1], [2, 11, 2, 3]]));
  assert.deepEqual(history.newest.values, [5, 1, 3]);
  assert.equal(history.value(history.newest, "b"), 4);
  assert.equal(history.value(history.newest, "b", { x: "2" }), 3);
  assert.equal(history.query(), "?after=2&column=3");
  history.take(answer(["c"], [[3, 12, 0, 7, 3, 9]]));
  assert.equal(history.delta(history.rows[0], history.newest, "c"), 9, "a column that came later counts from 0");
});
test("a server that started anew is noticed", () => {
  const history = new History();
  history.take(answer(["a"], [[50, 10, 0, 5]]));
  assert.equal(history.take(answer([], [], 3)), false);
  assert.equal(history.query(), "?after=0&column=0");
});
test("a day is bounded, and the moment before a time is found", () => {
  const history = new History();
  history.take(answer(["a"], []));
  for (let i = 1; i <= 1e5; ++i) history.take(answer([], [[i, 1e3 + i, 0, i]]));
  assert.ok(history.rows.length < 2400, String(history.rows.length));
  assert.equal(history.rowAt(101e3).number, 1e5);
  assert.equal(history.rowAt(100900.5).number, 99900);
  assert.ok(history.rows[0].number <= 1e5 - 86400 + 120);
  assert.equal(history.rowAt(0), void 0);
});
test("quantiles are linear within a bucket, of what was counted in between", () => {
  const history = new History();
  const columns = ['t_bucket{le="1"}', 't_bucket{le="2"}', 't_bucket{le="+Inf"}', "t_count", "t_sum"];
  history.take(answer(columns, [[1, 0, 0, 10, 1, 10, 2, 10], [2, 60, 0, 12, 1, 20, 2, 22, 3, 12, 4, 6]]));
  const [from, to] = history.rows;
  assert.equal(history.quantile(from, to, "t", 0.5), 1.5);
  assert.equal(history.quantile(from, to, "t", 0.99), 2);
  assert.equal(history.quantile(from, from, "t", 0.5), null);
  assert.equal(history.mean(from, to, "t"), 0.5);
});
test("before and after", () => {
  const history = new History();
  history.take(answer(["litetts_audio_seconds_total"], [[1, 0], [2, 60, 0, 30], [3, 90, 0, 60]]));
  const [a, b, c] = history.rows;
  const audio = compare(history, [a, b], [b, c]).find(({ figure }) => figure.id === "audio");
  assert.deepEqual([audio.before, audio.after, audio.change, audio.percent], [30, 60, 30, 100]);
  const rtf = compare(history, [a, b], [b, c]).find(({ figure }) => figure.id === "rtf50");
  assert.deepEqual([rtf.before, rtf.after, rtf.change, rtf.percent], [null, null, null, null]);
});
