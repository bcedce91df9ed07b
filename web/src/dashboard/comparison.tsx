// Two spans of time side by side.
import { signal } from '@preact/signals';
import { compare, NO_DATA, show } from './figures';
import type { Row } from './history';
import { history, newest, range, RANGES } from './state';

interface Span {
  from: number; // seconds since 1970
  to: number;
}
export const before = signal<Span | null>(null);
export const after = signal<Span | null>(null);

function rows(span: Span | null): [Row, Row] | null {
  if (!span) return null;
  const from = history.rowAt(span.from) ?? history.rows[0];
  const to = history.rowAt(span.to);
  return from && to && to.time > from.time ? [from, to] : null;
}

// Of what there is of the span that the page shows.
function halves(): void {
  const end = history.newest?.time;
  if (!end) return;
  const begin = Math.max(end - range.value, history.rows[0].time);
  const middle = (begin + end) / 2;
  before.value = { from: begin, to: middle };
  after.value = { from: middle, to: end };
}

// As long before the mark as there is after it.
function around(mark: number): void {
  const end = history.newest?.time;
  if (!end) return;
  before.value = { from: mark - (end - mark), to: mark };
  after.value = { from: mark, to: end };
}

// A field of type datetime-local is in local time.
export const toField = (time: number) => {
  const date = new Date(time * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
};
const fromField = (text: string) => new Date(text).getTime() / 1000;

function SpanFields({ name, span, set }: { name: string; span: Span | null; set: (span: Span) => void }) {
  const now = newest()?.time ?? 0;
  const value = span ?? { from: now, to: now };
  const field = (part: 'from' | 'to', label: string) => (
    <label>{label}
      <input type="datetime-local" step="1" value={toField(value[part])}
        onChange={(event) => { if (event.currentTarget.value) set({ ...value, [part]: fromField(event.currentTarget.value) }); }} />
    </label>
  );
  return (
    <fieldset class="span" data-span={name}>
      <legend>{name}</legend>
      {field('from', 'from')}
      {field('to', 'to')}
    </fieldset>
  );
}

export function Comparison() {
  void newest();
  const a = rows(before.value);
  const b = rows(after.value);
  const mark = history.marks.filter(({ what }) => what === 'configuration').at(-1);
  const table = a && b ? compare(history, a, b) : [];
  return (
    <section class="card" aria-labelledby="comparison-title">
      <div class="row between">
        <h2 id="comparison-title">Before and after</h2>
        <div class="row wrap">
          <button type="button" class="small" onClick={halves}>Halves of {RANGES.find(({ seconds }) => seconds === range.value)!.name}</button>
          <button type="button" class="small" disabled={!mark} title={mark ? undefined : 'The configuration has not changed since the start'}
            onClick={() => mark && around(mark.time)}>Since the last configuration change</button>
        </div>
      </div>
      <div class="spans">
        <SpanFields name="Before" span={before.value} set={(span) => { before.value = span; }} />
        <SpanFields name="After" span={after.value} set={(span) => { after.value = span; }} />
      </div>
      {table.length === 0 ? <p class="empty">{before.value || after.value ? 'There are no readings in one of these spans.' : 'Choose two spans, or one of the buttons.'}</p> : (
        <div class="scroll" tabIndex={0} role="group" aria-label="Comparison">
          <table class="comparison">
            <thead><tr><th scope="col">Figure</th><th scope="col">Before</th><th scope="col">After</th><th scope="col">Difference</th></tr></thead>
            <tbody>
              {table.map(({ figure, before: old, after: now, change, percent }) => {
                const good = change === null || change === 0 || figure.better === 0 ? '' : change * figure.better > 0 ? 'good' : 'bad';
                return (
                  <tr data-figure={figure.id} data-before={old ?? ''} data-after={now ?? ''} data-change={change ?? ''}>
                    <th scope="row">{figure.name}</th>
                    <td>{show(figure, old)}</td>
                    <td>{show(figure, now)}</td>
                    <td class={good}>
                      {change === null ? NO_DATA : `${change > 0 ? '+' : ''}${show(figure, change)}`}
                      {percent !== null && change !== 0 && ` (${percent > 0 ? '+' : ''}${percent.toFixed(0)} %)`}
                      {good && <span class="sr">{good === 'good' ? ' better' : ' worse'}</span>}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
