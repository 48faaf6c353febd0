// The whole book after shocks: what the insurance fund would have to bear, where it is concentrated, how it is
// levered, and how margin moved over time.
import { useQuery } from "../api/query";
import type { Stability, StabilityRow, Stress } from "../api/types";
import { Bar } from "../charts/bar";
import { length } from "../lib/decimal";
import { AccountLink, Answer, Chip, Num, Panel, Position } from "../ui/basic";
import { type Column, Table } from "../ui/table";

function Shocks({ data }: { data: Stress }) {
  return (
    <Table
      label="Shocks"
      rows={data.shocks}
      id={(row) => row.shock}
      columns={[
        { name: "Shock", cell: (row) => row.shock },
        { name: "Liquidated", right: true, cell: (row) => <Num value={row.liquidated} /> },
        { name: "Bankrupt", right: true, cell: (row) => <Num value={row.bankrupt} /> },
        { name: "Unpaid $", right: true, cell: (row) => <Num value={row.unpaid} places={0} /> },
        { name: "Two largest $", right: true, cell: (row) => <Num value={row.unpaid_of_two} places={0} /> },
        { name: "Fund $", right: true, cell: (row) => <Num value={row.fund} places={0} /> },
        { name: "Missing $", right: true, cell: (row) => <Num value={row.missing} places={0} /> },
        {
          name: "Verdict",
          cell: (row) => (
            <Chip kind={row.sufficient ? "good" : "bad"}>{row.sufficient ? "suffices" : "falls short"}</Chip>
          ),
        },
        {
          name: "Largest",
          cell: (row) => (row.largest[0] ? <AccountLink name={row.largest[0].account} /> : "–"),
        },
      ]}
    />
  );
}

function Concentration({ data }: { data: Stress }) {
  const share = (name: string, of: (row: Stress["concentration"][number]) => string) => ({
    name,
    right: true,
    cell: (row: Stress["concentration"][number]) => <Num value={of(row)} as="percent" />,
  });
  return (
    <Table
      label="Concentration"
      rows={data.concentration}
      id={(row) => row.underlying}
      columns={[
        { name: "Underlying", cell: (row) => row.underlying },
        { name: "Long $", right: true, cell: (row) => <Num value={row.longs.open} places={0} /> },
        share("Largest long", (row) => row.longs.largest_1),
        share("Ten longs", (row) => row.longs.largest_10),
        { name: "Short $", right: true, cell: (row) => <Num value={row.shorts.open} places={0} /> },
        share("Largest short", (row) => row.shorts.largest_1),
        share("Ten shorts", (row) => row.shorts.largest_10),
        { name: "Largest account", cell: (row) => <AccountLink name={row.largest} /> },
      ]}
    />
  );
}

function Leverage({ of }: { of: Stress["leverage"] }) {
  const most = Math.max(1, ...of.buckets.map((bucket) => bucket.accounts));
  return (
    <>
      <dl class="pairs in-line">
        <div>
          <dt>median</dt>
          <dd>
            <Num value={of.median} places={2} />
          </dd>
        </div>
        <div>
          <dt>90th percentile</dt>
          <dd>
            <Num value={of.ninety} places={2} />
          </dd>
        </div>
        <div>
          <dt>99th percentile</dt>
          <dd>
            <Num value={of.ninety_nine} places={2} />
          </dd>
        </div>
      </dl>
      <Table
        label="Leverage"
        rows={of.buckets}
        id={(row) => String(row.up_to ?? row.above)}
        columns={[
          {
            name: "Up to",
            right: true,
            cell: (row) => (row.up_to ? `${row.up_to}×` : row.above ? "more" : "no equity"),
          },
          { name: "Accounts", right: true, cell: (row) => <Num value={row.accounts} /> },
          { name: "Notional $", right: true, cell: (row) => <Num value={row.notional} places={0} /> },
          {
            name: "Bar",
            quiet: true,
            cell: (row) => <Bar to={length(String(row.accounts)) / most} kind="total" />,
          },
        ]}
      />
    </>
  );
}

// Rates are maintenance margin over notional.
const rate = (name: string, of: (row: StabilityRow) => string | undefined): Column<StabilityRow> => ({
  name,
  right: true,
  cell: (row) => <Num value={of(row)} as="percent" places={2} />,
});

function Stable() {
  const query = useQuery<Stability>("lockstep/stability", {}, { every: 5_000 });
  return (
    <Panel
      title="Margin over time"
      wide
      flush
      aside={
        query.data && (
          <span class="faint">
            <Num value={query.data.samples} /> samples
          </span>
        )
      }
    >
      <Answer of={query}>
        {({ rows }) => (
          <Table
            label="Margin over time"
            rows={rows}
            id={(_, index) => index}
            empty="Too little has been seen yet."
            columns={[
              { name: "Rulebook", cell: (row) => row.rulebook || "all" },
              {
                name: "MM $",
                right: true,
                cell: (row) => <Num value={row.maintenance_dollars} places={0} />,
              },
              {
                name: "Notional $",
                right: true,
                cell: (row) => <Num value={row.notional_dollars} places={0} />,
              },
              rate("Rate", (row) => row.rate),
              rate("Trough", (row) => row.trough),
              rate("Peak", (row) => row.peak),
              {
                name: "Peak over trough",
                right: true,
                cell: (row) => <Num value={row.peak_to_trough} places={3} />,
              },
              rate("Most in 1 d", (row) => row.rise_1d?.rise),
              rate("Most in 5 d", (row) => row.rise_5d?.rise),
              rate("Most in 30 d", (row) => row.rise_30d?.rise),
            ]}
          />
        )}
      </Answer>
    </Panel>
  );
}

export function StressView() {
  const query = useQuery<Stress>("lockstep/stress", {}, { every: 3_000 });
  return (
    <>
      <h1 class="title">Stress</h1>
      <Answer
        of={query}
        slow="The service puts every account through every shock. A hundred thousand accounts take it some seconds."
      >
        {(data) => (
          <div class="grid">
            <Panel
              title="Shocks"
              wide
              flush
              aside={
                <span class="faint">
                  <Num value={data.accounts} /> accounts at <Position at={data.position} />
                </span>
              }
            >
              <Shocks data={data} />
            </Panel>
            <Panel title="Concentration" wide flush>
              <Concentration data={data} />
            </Panel>
            <Panel title="Leverage" wide>
              <Leverage of={data.leverage} />
            </Panel>
            <Stable />
          </div>
        )}
      </Answer>
    </>
  );
}
