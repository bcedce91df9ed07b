// Speak, pause, stop, and what is known about the speech while it comes.
import { Icon } from '../shared/icons';
import { download, figures, format, isDownloading, message, numBefore, phase, player, start, stop } from './state';
import { FORMATS, type AudioFormat } from './speech';
import { clock } from './text';
import { Waveform } from './waveform';

function status(): string {
  switch (phase.value) {
    case 'idle': return 'Ready.';
    case 'asking': {
      const before = numBefore.value;
      if (before === null || before === 0) return 'Waiting for the first sound.';
      return before === 1 ? 'In the queue: one request goes first.' : `In the queue: ${before} requests go first.`;
    }
    case 'arriving': return 'Speech arrives.';
    case 'done': return 'All of it has arrived.';
    case 'stopped': return 'Stopped; the server works on it no more.';
    case 'failed': return 'It failed.';
  }
}

export function Transport() {
  const isBusy = phase.value === 'asking' || phase.value === 'arriving';
  const hasAudio = player.arrivedSeconds.value > 0;
  const { firstAudioMs, rtf } = figures.value;
  return (
    <section class="card transport" aria-label="Speech">
      <div class="row controls">
        <button class="primary big" type="button" onClick={() => start()}><Icon name="speaker" />Speak</button>
        <button class="round" type="button" disabled={!hasAudio && !isBusy} aria-label={player.isPlaying.value ? 'Pause' : 'Play'}
          title={player.isPlaying.value ? 'Pause' : 'Play'}
          onClick={() => (player.isPlaying.value ? player.pause() : player.play())}>
          <Icon name={player.isPlaying.value ? 'pause' : 'play'} />
        </button>
        <button class="round" type="button" disabled={!isBusy && !player.isPlaying.value} aria-label="Stop" title="Stop" onClick={stop}>
          <Icon name="stop" />
        </button>
        <p class="time"><span>{clock(player.position.value)}</span> / {clock(player.arrivedSeconds.value)}</p>
        <div class="row download">
          <label class="sr" for="format">Format of the file</label>
          <select id="format" value={format.value} onChange={(event) => { format.value = event.currentTarget.value as AudioFormat; }}>
            {FORMATS.map((name) => <option value={name}>{name}</option>)}
          </select>
          <button type="button" disabled={isDownloading.value} onClick={() => download()}>
            <Icon name="download" />{isDownloading.value ? 'Preparing' : 'Download'}
          </button>
        </div>
      </div>
      <Waveform />
      <div class="row between facts">
        <p role="status" data-phase={phase.value}>{status()}</p>
        <dl class="figures">
          <div><dt>First sound</dt><dd data-figure="first">{firstAudioMs === null ? '–' : `${Math.round(firstAudioMs)} ms`}</dd></div>
          <div title="Seconds of work for a second of speech, seen from here; below 1 is faster than listening">
            <dt>Real-time factor</dt><dd data-figure="rtf">{rtf === null ? '–' : rtf.toFixed(2)}</dd>
          </div>
        </dl>
      </div>
      <p class="problem" role="alert">{message.value}</p>
    </section>
  );
}
