// Forwards and volatility smiles of one index: points as the market has them, lines as they are used for margin.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { useQuery } from "../api/query";
import type { Surface } from "../api/types";
import { Series } from "../charts/series";
import { length, percent } from "../lib/decimal";
import { go, href, route } from "../lib/route";
import { Answer, Chip, Empty, Num, Panel } from "../ui/basic";
import { Table } from "../ui/table";

type Expiry = Surface["expiries"][number];

export function age(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 120_000) return `${Math.floor(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.floor(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h`;
  return `${Math.floor(ms / 86_400_000)} d`;
}
function Age({ ms }: { ms: number | null }) {
  if (ms === null) return <Chip kind="bad">never</Chip>;
  return <Chip kind={ms < 60_000 ? "good" : ms < 3_600_000 ? "warn" : "bad"}>{age(ms)}</Chip>;
}
const day = (time: string) => time.slice(0, 10);
const ratio = (text: string) => percent(text, 1);
const tick = (value: number) => `${Number((value * 100).toFixed(2))} %`;

// One axis of strikes for all expiries, so that they can be laid over each other.
function Smile({ expiries, chosen }: { expiries: Expiry[]; chosen: Expiry }) {
  const { x, lines } = useMemo(() => {
    const strikes = new Map<number, number>();
    const all = [...new Set(expiries.flatMap((one) => one.points.map((point) => length(point.strike))))].sort(
      (a, b) => a - b,
    );
    all.forEach((strike, i) => {
      strikes.set(strike, i);
    });
    const column = (of: Expiry, what: "volatility" | "mark_volatility") => {
      const values: (string | null)[] = all.map(() => null);
      for (const point of of.points) values[strikes.get(length(point.strike))!] = point[what] || null;
      return values;
    };
    const others = expiries
      .filter((one) => one !== chosen)
      .map((one) => ({
        name: day(one.expiry),
        values: column(one, "volatility"),
        colour: "ink-3",
        faint: true,
        write: ratio,
        tick,
      }));
    return {
      x: all,
      lines: [
        {
          name: `${day(chosen.expiry)}, used`,
          values: column(chosen, "volatility"),
          colour: "c1",
          write: ratio,
          tick,
        },
        {
          name: "market",
          values: column(chosen, "mark_volatility"),
          colour: "c2",
          points: true,
          write: ratio,
        },
        ...others,
      ],
    };
  }, [expiries, chosen]);
  return (
    <Series
      label={`Volatility by strike for ${chosen.expiry}, at the money ${percent(chosen.at_the_money)}; the table beside has the figures`}
      xName="Strike"
      x={x}
      lines={lines}
      height={320}
    />
  );
}

function Curve({ data }: { data: Surface }) {
  const { x, lines } = useMemo(
    () => ({
      x: data.curve.map((one) => one.expiry_ms),
      lines: [
        { name: "Forward", values: data.curve.map((one) => one.forward), colour: "c1" },
        {
          name: "Basis a year",
          values: data.curve.map((one) => one.basis_year),
          colour: "c3",
          scale: "basis",
          tick,
          write: (text: string) => percent(text, 2),
        },
      ],
    }),
    [data],
  );
  if (x.length === 0) return <Empty>No forward is known.</Empty>;
  return (
    <Series
      label={`Forwards of ${data.index} by expiry; the table of expiries has the figures`}
      xName="Expiry"
      time
      x={x}
      lines={lines}
      height={220}
    />
  );
}

function Points({ of }: { of: Expiry }) {
  return (
    <Table
      label={`Strikes of ${of.expiry}`}
      rows={of.points}
      id={(row) => row.strike}
      empty="No strike is listed."
      columns={[
        { name: "Strike", right: true, cell: (row) => <Num value={row.strike} /> },
        { name: "Of forward", right: true, cell: (row) => <Num value={row.moneyness} as="percent" /> },
        { name: "Used", right: true, cell: (row) => <Num value={row.volatility} as="percent" places={2} /> },
        {
          name: "Market",
          right: true,
          cell: (row) => <Num value={row.mark_volatility} as="percent" places={2} />,
        },
        { name: "From", cell: (row) => (row.kind === "none" ? "quote" : `${row.kind} fit`) },
      ]}
    />
  );
}

function Expiries({
  rows,
  choose,
  chosen,
}: {
  rows: Expiry[];
  choose: (name: string) => void;
  chosen: Expiry;
}) {
  return (
    <Table
      label="Expiries"
      rows={rows}
      id={(row) => row.expiry}
      mark={(row) => (row === chosen ? "at" : "")}
      columns={[
        {
          name: "Expiry",
          cell: (row) => (
            <button
              type="button"
              class="link"
              aria-pressed={row === chosen}
              onClick={() => choose(row.expiry)}
            >
              {day(row.expiry)}
            </button>
          ),
        },
        { name: "Forward", right: true, cell: (row) => <Num value={row.forward} places={2} /> },
        {
          name: "Basis a year",
          right: true,
          cell: (row) => <Num value={row.basis_year} as="percent" places={2} />,
        },
        { name: "At the money", right: true, cell: (row) => <Num value={row.at_the_money} as="percent" /> },
        { name: "Strikes", right: true, cell: (row) => row.points.length },
        { name: "Age", cell: (row) => <Age ms={row.age_ms} /> },
      ]}
    />
  );
}

export function SurfaceView() {
  const wanted = route.value.query.get("index") ?? "";
  const name = useSignal("");
  const query = useQuery<Surface>("lockstep/surface", { index: wanted }, { every: 1_000 });
  return (
    <>
      <h1 class="title">Surface</h1>
      <Answer of={query}>
        {(data) => {
          const chosen = data.expiries.find((one) => one.expiry === name.value) ?? data.expiries[0];
          return (
            <>
              <nav class="tabs" aria-label="Indexes">
                {data.indexes.map((index) => (
                  <a
                    key={index}
                    href={href("surface", [], { index })}
                    aria-current={index === data.index ? "page" : undefined}
                    onClick={(event) => {
                      event.preventDefault();
                      go(href("surface", [], { index }), true);
                    }}
                  >
                    {index}
                  </a>
                ))}
              </nav>
              {data.index && (
                <p class="about">
                  <b>{data.index}</b> <Num value={data.price} />
                </p>
              )}
              {chosen ? (
                <div class="grid two">
                  <Panel title="Smiles" wide>
                    <Smile expiries={data.expiries} chosen={chosen} />
                  </Panel>
                  <div class="stack">
                    <Panel title="Expiries" flush>
                      <Expiries
                        rows={data.expiries}
                        chosen={chosen}
                        choose={(one) => {
                          name.value = one;
                        }}
                      />
                    </Panel>
                    <Panel title="Forward curve">
                      <Curve data={data} />
                    </Panel>
                  </div>
                  <Panel title={`Strikes of ${day(chosen.expiry)}`} flush>
                    <Points of={chosen} />
                  </Panel>
                </div>
              ) : (
                <Empty>
                  {data.index
                    ? "This index has no options and no dated futures."
                    : "There is no index with options or dated futures yet."}
                </Empty>
              )}
            </>
          );
        }}
      </Answer>
    </>
  );
}
