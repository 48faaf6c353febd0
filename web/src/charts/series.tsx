// Lines and points over time, strikes or expiries.  Places on the canvas come from numbers; what the legend
// says under the cursor are the server's own texts.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { grouped, length } from "../lib/decimal";
import { colour, theme } from "../lib/theme";

export interface Line {
  name: string;
  values: readonly (string | number | null)[];
  colour: string; // a variable of the style sheet
  points?: boolean; // points only
  scale?: string; // lines of one scale share an axis; the first is on the left, others on the right
  faint?: boolean;
  write?: (text: string) => string;
  tick?: (value: number) => string; // of the axis
}
interface Props {
  label: string; // says in words what is drawn
  x: readonly number[];
  time?: boolean; // x in milliseconds UTC
  xName: string;
  lines: Line[];
  height?: number;
  latest?: boolean; // without a cursor the legend says the last values
}

const MINUTE = 60_000;
const utc = (ms: number) => new Date(ms).toISOString();
function timeTicks(_: uPlot, splits: number[]): string[] {
  const days = splits.length > 1 && splits[1]! - splits[0]! >= 1440 * MINUTE;
  return splits.map((at, i) => {
    const [date = "", time = ""] = utc(at).split("T");
    if (days) return date;
    const shown = i === 0 || date !== utc(splits[i - 1]!).slice(0, 10);
    return shown ? `${time.slice(0, 5)}\n${date}` : time.slice(0, 5);
  });
}
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });
export const short = (value: number) => SHORT.format(value);

function plain(value: number): string {
  return grouped(String(Number(value.toPrecision(6))));
}

function options(props: Props, width: number): uPlot.Options {
  const ink = colour("ink-3");
  const grid = { stroke: colour("line"), width: 1 };
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const scales = [...new Set(props.lines.map((line) => line.scale ?? "y"))];
  const tick = (scale: string) => props.lines.find((line) => (line.scale ?? "y") === scale)?.tick ?? short;
  return {
    width,
    height: props.height ?? 220,
    ms: 1,
    scales: { x: { time: false } },
    cursor: { points: { size: 6 }, drag: { setScale: false } },
    padding: [10, null, 0, null],
    legend: { live: true },
    axes: [
      {
        stroke: ink,
        grid: { show: false },
        ticks: grid,
        font,
        space: 80,
        ...(props.time
          ? { values: timeTicks, incrs: TIME_STEPS, size: 40 }
          : { values: (_, all) => all.map(plain), size: 30 }),
      },
      ...scales.map((scale, i) => ({
        scale,
        side: i === 0 ? 3 : 1,
        stroke: ink,
        grid: i === 0 ? grid : { show: false },
        ticks: { show: false },
        font,
        size: 58,
        values: (_: uPlot, all: number[]) => all.map((at) => tick(scale)(at)),
      })),
    ],
    series: [
      {
        label: props.xName,
        value: (plot, cursor) => {
          const at = cursor ?? (props.latest ? plot.data[0][plot.data[0].length - 1] : null);
          if (at == null) return "–";
          return props.time ? utc(at).slice(0, 16).replace("T", " ") : plain(at);
        },
      },
      ...props.lines.map(
        (line, i): uPlot.Series => ({
          label: line.name,
          scale: line.scale ?? "y",
          stroke: colour(line.colour),
          width: line.points ? 0 : line.faint ? 1 : 1.75,
          alpha: line.faint ? 0.45 : 1,
          points: line.points
            ? { show: true, size: 6, fill: colour("panel"), width: 1.5, stroke: colour(line.colour) }
            : { show: false },
          ...(line.points ? { paths: () => null } : {}),
          spanGaps: !line.points,
          value: (plot, _value, _series, at) => legend(plot, i, at, props.latest === true),
        }),
      ),
    ],
  };
}
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200].map(
  (m) => m * MINUTE,
);

// The texts lie on the plot, so that a change of data alone does not build it anew.
const texts = new WeakMap<uPlot, Line[]>();
function legend(plot: uPlot, line: number, cursor: number | null, latest: boolean): string {
  const drawn = texts.get(plot)?.[line];
  const at = cursor ?? (latest && drawn ? drawn.values.length - 1 : null);
  const text = at == null ? undefined : drawn?.values[at];
  if (text === null || text === undefined) return "–";
  return drawn?.write ? drawn.write(String(text)) : grouped(String(text));
}

function numbers(props: Props): uPlot.AlignedData {
  return [
    props.x as number[],
    ...props.lines.map((line) =>
      line.values.map((one) => (one === null || one === "" ? null : length(String(one)))),
    ),
  ];
}

export function Series(props: Props) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const shape = `${theme.value} ${props.height} ${props.lines.map((l) => `${l.name}${l.colour}${l.faint}`).join("|")}`;

  useEffect(() => {
    const element = host.current!;
    const made = new uPlot(options(props, element.clientWidth || 300), [[]] as never, element);
    texts.set(made, props.lines);
    made.setData(numbers(props));
    plot.current = made;
    const seen = new ResizeObserver(() => {
      if (element.clientWidth && element.clientWidth !== made.width) {
        made.setSize({ width: element.clientWidth, height: made.height });
      }
    });
    seen.observe(element);
    return () => {
      seen.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    texts.set(made, props.lines);
    made.setData(numbers(props));
  }, [props.x, props.lines]);

  return <div class="plot" role="img" aria-label={props.label} ref={host} />;
}
