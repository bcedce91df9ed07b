// What the dashboard lists.
import type { ComponentChildren } from 'preact';
import { hitRate, NO_DATA, requests } from './figures';
import { history, newest, RANGES, range, rowsOf } from './state';

const rangeName = () => RANGES.find(({ seconds }) => seconds === range.value)!.name;

function Table({ title, head, rows, empty = NO_DATA }: { title: string; head: string[]; rows: ComponentChildren[][]; empty?: string }) {
  const id = `table-${title.replaceAll(' ', '-').toLowerCase()}`;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {rows.length === 0 ? <p class="empty none">{empty}</p> : (
        <div class="scroll" tabIndex={0} role="group" aria-label={`${title}, table`}>
          <table>
            <thead><tr>{head.map((name) => <th scope="col">{name}</th>)}</tr></thead>
            <tbody>{rows.map(([first, ...cells]) => <tr><th scope="row">{first}</th>{cells.map((cell) => <td>{cell}</td>)}</tr>)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const megabytes = (bytes: number) => `${(bytes / (1 << 20)).toFixed(1)} MB`;
const ms = (seconds: number | null) => (seconds === null ? NO_DATA : `${Math.round(seconds * 1000).toLocaleString('en')} ms`);

const LENGTHS: Record<string, string> = { '50': 'to 50', '200': '51 to 200', '1000': '201 to 1,000', '5000': '1,001 to 5,000', more: 'more' };

export function ByLength() {
  const span = rowsOf(range.value);
  const rows = !span ? [] : Object.entries(LENGTHS).flatMap(([characters, name]) => {
    const labels = { characters };
    const count = history.delta(...span, 'litetts_speech_seconds_count', labels);
    if (count === 0) return [];
    const at = (q: number) => ms(history.quantile(...span, 'litetts_speech_seconds', q, labels));
    return [[name, count.toLocaleString('en'), at(0.5), at(0.95), at(0.99)]];
  });
  return <Table title={`Latency by length of text, ${rangeName()}`} head={['Characters', 'Number', 'Median', '95 %', '99 %']} rows={rows} />;
}

export function VoicesByUse() {
  const span = rowsOf(range.value);
  const used = !span ? [] : history.values('litetts_speech_total', 'voice')
    .map((voice) => ({ voice, count: history.delta(...span, 'litetts_speech_total', { voice }) }))
    .filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  const most = used[0]?.count ?? 1;
  return (
    <Table title={`Voices by use, ${rangeName()}`} head={['Voice', 'Syntheses', 'Beside the first']}
      rows={used.map(({ voice, count }) => [voice, count.toLocaleString('en'), <meter min={0} max={most} value={count} aria-label={`${voice}: ${count}`} />])} />
  );
}

export function Errors() {
  const span = rowsOf(range.value);
  const count = (family: string, label: string, describe: (value: string) => string, skip: string[] = []) => (!span ? [] :
    history.values(family, label).filter((value) => !skip.includes(value))
      .map((value): [string, number] => [describe(value), history.delta(...span, family, { [label]: value })]));
  const rows = [
    ...count('litetts_requests_total', 'status', (status) => `Answers ${status}`, ['2xx', '3xx']),
    ...count('litetts_speech_total', 'outcome', (outcome) => `Synthesis: ${outcome.replaceAll('_', ' ').toLowerCase()}`, ['ok']),
    ...count('litetts_refused_requests_total', 'limit', (limit) => `Refused by limit: ${limit}`),
  ].filter(([, number]) => number > 0);
  return <Table title={`Errors by kind, ${rangeName()}`} head={['Kind', 'Number']} rows={rows.map(([kind, number]) => [kind, number.toLocaleString('en')])} empty="none" />;
}

export function Caches() {
  const row = newest();
  const span = rowsOf(range.value);
  const rows = history.values('litetts_cache_bytes', 'cache').map((cache) => {
    const rate = span ? hitRate(history, ...span, { cache }) : null;
    const bytes = (kind: string) => megabytes(history.value(row!, 'litetts_cache_bytes', { cache, kind }));
    return [cache, rate === null ? NO_DATA : `${rate.toFixed(1)} %`, history.value(row!, 'litetts_cache_entries', { cache }).toLocaleString('en'), bytes('held'), bytes('limit')];
  });
  if (rows.length === 0) rows.push(['All caches', 'off', NO_DATA, NO_DATA, NO_DATA]);
  const joined = span ? history.delta(...span, 'litetts_shared_requests_total') : 0;
  rows.push(['Equal requests at one time', `${joined.toLocaleString('en')} joined`, '–', '–', '–']);
  return <Table title={`Caches, ${rangeName()}`} head={['Cache', 'Hits', 'Entries', 'Holds', 'At most']} rows={rows} />;
}

export function RecentRequests() {
  void newest();
  const rows = [...history.recent].reverse().slice(0, 12).map((speech) => [
    new Date(speech.time * 1000).toLocaleTimeString('en-GB'),
    speech.voice,
    speech.format,
    speech.characters.toLocaleString('en'),
    `${speech.audio_seconds.toFixed(1)} s`,
    ms(speech.queue_seconds),
    speech.first_audio_seconds > 0 ? ms(speech.first_audio_seconds) : '–',
    speech.compute_seconds > 0 && speech.audio_seconds > 0 ? (speech.compute_seconds / speech.audio_seconds).toFixed(2) : '–',
    <span class={['ok', 'cached'].includes(speech.outcome) ? 'good' : 'bad'}>{speech.outcome.replaceAll('_', ' ').toLowerCase()}</span>,
  ]);
  return (
    <Table title="Recent requests, without their text" empty="no data"
      head={['Time', 'Voice', 'Format', 'Characters', 'Speech', 'Queue', 'First sound', 'RTF', 'Outcome']} rows={rows} />
  );
}

const ALERT_SECONDS = 300;
// Of the server's own alerts, by kind; their thresholds are in its configuration.
const THRESHOLDS = {
  rtf: 'The real-time factor is above alerts.max_rtf.',
  errors: 'More syntheses fail than alerts.max_error_percent.',
  queue: 'As many requests wait as alerts.max_queue.',
  memory: 'More memory is used than alerts.max_memory_percent.',
  disk: 'Less disk is left than alerts.min_disk_mb.',
};
function alerts(): string[] {
  const span = rowsOf(ALERT_SECONDS);
  if (!span) return [];
  const found: string[] = [];
  const [, now] = span;
  const failed = requests(history, ...span, { status: '5xx' });
  if (failed > 0) found.push(`${failed} answers were server errors (5xx).`);
  const refused = history.delta(...span, 'litetts_refused_requests_total');
  if (refused > 0) found.push(`${refused} requests were refused by a limit.`);
  for (const [kind, message] of Object.entries(THRESHOLDS)) {
    if (history.value(now, 'litetts_alert', { kind }) > 0) found.push(message);
  }
  const backlog = history.value(now, 'litetts_load', { kind: 'backlog_seconds' });
  if (backlog > 10) found.push(`The work that was accepted takes ${Math.round(backlog)} s more.`);
  return found;
}

export function Alerts() {
  const found = alerts();
  return (
    <div role="status" class={found.length > 0 ? 'card alerts' : 'card alerts calm'}>
      <h2>{found.length > 0 ? 'Alerts of the last five minutes' : 'No alerts'}</h2>
      {found.length > 0 && <ul>{found.map((alert) => <li>{alert}</li>)}</ul>}
    </div>
  );
}
