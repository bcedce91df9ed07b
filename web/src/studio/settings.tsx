import { pitch, seed, speed, volume } from './state';

function Slider({ label, value, min, max, step, unit, onInput }: {
  label: string; value: number; min: number; max: number; step: number; unit: string; onInput: (value: number) => void;
}) {
  return (
    <label class="slider">
      <span>{label}</span>
      <input type="range" min={min} max={max} step={step} value={value} aria-valuetext={`${value}${unit}`}
        onInput={(event) => onInput(Number(event.currentTarget.value))} />
      <output>{value.toFixed(step < 0.5 ? 2 : 1)}{unit}</output>
    </label>
  );
}

export function Settings() {
  return (
    <section class="card" aria-labelledby="settings-title">
      <h2 id="settings-title">Manner</h2>
      <Slider label="Speed" value={speed.value} min={0.25} max={4} step={0.05} unit="×" onInput={(value) => { speed.value = value; }} />
      <Slider label="Volume" value={volume.value} min={0} max={2} step={0.05} unit="×" onInput={(value) => { volume.value = value; }} />
      <Slider label="Pitch" value={pitch.value} min={-6} max={6} step={0.5} unit=" st" onInput={(value) => { pitch.value = value; }} />
      <label class="slider">
        <span>Seed</span>
        <input type="text" inputMode="numeric" pattern="\d*" placeholder="none: always the same" value={seed.value}
          onInput={(event) => { seed.value = event.currentTarget.value.replace(/\D/g, '').slice(0, 15); event.currentTarget.value = seed.value; }} />
      </label>
    </section>
  );
}
