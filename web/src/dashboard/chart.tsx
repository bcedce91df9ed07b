// One chart of uPlot, drawn anew where its data, its width or the theme changes.
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colour, isDark } from '../shared/theme';

export interface Line {
  name: string;
  values: (number | null)[];
}
const HEIGHT = 170;

function options(width: number, lines: Line[], digits: number): uPlot.Options {
  const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [10, 12, 0, 0],
    scales: { y: { range: (_, __, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [
      { ...axis, values: '{HH}:{mm}', space: 48, size: 26 },
      { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString('en', { maximumFractionDigits: Math.max(digits, 2) })) },
    ],
    series: [
      {},
      ...lines.map((line, i) => ({ label: line.name, stroke: colour(`--serie-${i + 1}`), width: 2, spanGaps: false, points: { show: line.values.filter((value) => value !== null).length < 12, size: 6 }, dash: i === 0 ? undefined : i === 1 ? [7, 4] : [2, 3] })),
    ],
  };
}

export function Chart({ title, unit, times, lines, digits, latest }: {
  title: string; unit: string; times: number[]; lines: Line[]; digits: number; latest: string[];
}) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const hasData = lines.some((line) => line.values.some((value) => value !== null));
  const dark = isDark.value;
  const sparse = lines.map((line) => line.values.filter((value) => value !== null).length < 12).join();
  useEffect(() => {
    if (!hasData) return;
    const box = place.current!;
    plot.current = new uPlot(options(box.clientWidth, lines, digits), [times, ...lines.map((line) => line.values)], box);
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: box.clientWidth, height: HEIGHT }));
    observer.observe(box);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [dark, hasData, sparse]);
  useEffect(() => {
    plot.current?.setData([times, ...lines.map((line) => line.values)]);
  }, [times]);
  return (
    <figure class="card chart">
      <figcaption>
        <h3>{title}<span class="unit">{unit}</span></h3>
        <ul class="legend">
          {lines.map((line, i) => <li class={`serie serie-${i + 1}`}>{line.name} <b>{latest[i]}</b></li>)}
        </ul>
      </figcaption>
      {hasData ? <div ref={place} class="plot" role="img" aria-label={`${title}: ${lines.map((line, i) => `${line.name} ${latest[i]}`).join(', ')}`} />
        : <p class="empty none">no data</p>}
    </figure>
  );
}
