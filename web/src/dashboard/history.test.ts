import assert from 'node:assert/strict';
import test from 'node:test';
import { compare, hitRate } from './figures';
import { type Answer, History } from './history';

const answer = (columns: string[], rows: number[][], newest = rows.at(-1)?.[0] ?? 0): Answer => ({ newest, columns, rows, marks: [], recent: [] });

test('rows hold what differs from the one before', () => {
  const history = new History();
  history.take(answer(['a', 'b{x="1"}', 'b{x="2"}'], [[1, 10, 0, 5, 1, 1], [2, 11, 2, 3]]));
  assert.deepEqual(history.newest!.values, [5, 1, 3]);
  assert.equal(history.value(history.newest!, 'b'), 4);
  assert.equal(history.value(history.newest!, 'b', { x: '2' }), 3);
  assert.equal(history.query(), '?after=2&column=3');
  history.take(answer(['c'], [[3, 12, 0, 7, 3, 9]]));
  assert.equal(history.delta(history.rows[0], history.newest!, 'c'), 9, 'a column that came later counts from 0');
});

test('a server that started anew is noticed', () => {
  const history = new History();
  history.take(answer(['a'], [[50, 10, 0, 5]]));
  assert.equal(history.take(answer([], [], 3)), false);
  assert.equal(history.query(), '?after=0&column=0');
});

test('a day is bounded, and the moment before a time is found', () => {
  const history = new History();
  history.take(answer(['a'], []));
  for (let i = 1; i <= 100_000; ++i) history.take(answer([], [[i, 1000 + i, 0, i]]));
  assert.ok(history.rows.length < 2400, String(history.rows.length));
  assert.equal(history.rowAt(101_000)!.number, 100_000);
  assert.equal(history.rowAt(100_900.5)!.number, 99_900);
  assert.ok(history.rows[0].number <= 100_000 - 86_400 + 120);
  assert.equal(history.rowAt(0), undefined);
});

test('quantiles are linear within a bucket, of what was counted in between', () => {
  const history = new History();
  const columns = ['t_bucket{le="1"}', 't_bucket{le="2"}', 't_bucket{le="+Inf"}', 't_count', 't_sum'];
  history.take(answer(columns, [[1, 0, 0, 10, 1, 10, 2, 10], [2, 60, 0, 12, 1, 20, 2, 22, 3, 12, 4, 6]]));
  const [from, to] = history.rows;
  assert.equal(history.quantile(from, to, 't', 0.5), 1.5); // rank 6 of 12: 2 up to 1, 8 between 1 and 2
  assert.equal(history.quantile(from, to, 't', 0.99), 2);
  assert.equal(history.quantile(from, from, 't', 0.5), null);
  assert.equal(history.mean(from, to, 't'), 0.5);
});

test('before and after', () => {
  const history = new History();
  history.take(answer(['litetts_audio_seconds_total'], [[1, 0], [2, 60, 0, 30], [3, 90, 0, 60]]));
  const [a, b, c] = history.rows;
  const audio = compare(history, [a, b], [b, c]).find(({ figure }) => figure.id === 'audio')!;
  assert.deepEqual([audio.before, audio.after, audio.change, audio.percent], [30, 60, 30, 100]);
  const rtf = compare(history, [a, b], [b, c]).find(({ figure }) => figure.id === 'rtf50')!;
  assert.deepEqual([rtf.before, rtf.after, rtf.change, rtf.percent], [null, null, null, null]);
});

test('of the lookups of a cache, the hits', () => {
  const history = new History();
  const columns = ['litetts_cache_lookups_total{cache="a",outcome="hit"}', 'litetts_cache_lookups_total{cache="a",outcome="miss"}', 'litetts_cache_lookups_total{cache="b",outcome="miss"}'];
  history.take(answer(columns, [[1, 0, 0, 5, 1, 5], [2, 60, 0, 8, 1, 6, 2, 4]]));
  const [from, to] = history.rows;
  assert.equal(hitRate(history, from, to, { cache: 'a' }), 75);
  assert.equal(hitRate(history, from, to), 37.5);
  assert.equal(hitRate(history, from, from), null);
});
