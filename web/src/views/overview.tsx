// The whole book at one glance, moving as the state moves.
import { useSignal } from "@preact/signals";
import type { Failure } from "../api/connection";
import { overview, underlyings } from "../api/overview";
import { useQuery } from "../api/query";
import { command, may } from "../api/session";
import { type History, type Overview, type Replicas, STATES } from "../api/types";
import { Series } from "../charts/series";
import { grouped } from "../lib/decimal";
import { href } from "../lib/route";
import {
  Answer,
  asFailure,
  Chip,
  Empty,
  Hash,
  Loading,
  Num,
  Panel,
  Position,
  Refused,
  StateChip,
} from "../ui/basic";
import { Dialog } from "../ui/dialog";
import { Table } from "../ui/table";

function Figure({ name, value, places = 0 }: { name: string; value: string; places?: number }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        <Num value={value} places={places} />
      </dd>
    </div>
  );
}

// Where a price or a rule is missing, an account is counted in the state that was judged last, and here besides.
function Unjudged({ count }: { count: number }) {
  return (
    <li
      data-state="unjudged"
      title="A price or a rule is missing: counted in the state that was judged last, and here besides"
    >
      <StateChip state={null} />
      <span class="num">{grouped(String(count))}</span>
    </li>
  );
}

function States({ now }: { now: Overview }) {
  const { total } = now.accounts;
  let from = 0;
  return (
    <>
      <svg class="states" width="100%" height="10" aria-hidden="true">
        {STATES.map((state) => {
          const x = from;
          const width = total ? now.accounts[state] / total : 0;
          from += width;
          return (
            <rect
              key={state}
              class={`fill-${state}`}
              x={`${x * 100}%`}
              width={`${width * 100}%`}
              height="10"
            />
          );
        })}
      </svg>
      <ul class="state-counts" aria-label="Accounts by state">
        {STATES.map((state) => (
          <li key={state} data-state={state}>
            <a href={href("accounts", [], { states: state })}>
              <StateChip state={state} />
              <span class="num">{grouped(String(now.accounts[state]))}</span>
            </a>
          </li>
        ))}
        <Unjudged count={now.accounts.unjudged} />
      </ul>
    </>
  );
}

// The sums so far, and at the end those of now: a sample is taken while accounts may still wait to be computed.
type Sums = Omit<History["columns"], "called" | "below" | "fund_dollars">;
function upTo(now: Overview | undefined, past: Sums): Sums {
  const last = past.time_ms.length - 1;
  if (!now || last < 0 || now.time_ms < Number(past.time_ms[last])) return past;
  const kept = now.time_ms === Number(past.time_ms[last]) ? last : last + 1;
  const end = <T,>(column: readonly T[], value: T) => [...column.slice(0, kept), value];
  return {
    time_ms: end(past.time_ms, now.time_ms),
    lead: end(past.lead, now.lead.price),
    equity_dollars: end(past.equity_dollars, now.equity_dollars),
    initial_dollars: end(past.initial_dollars, now.initial_dollars),
    maintenance_dollars: end(past.maintenance_dollars, now.maintenance_dollars),
  };
}

function Market() {
  const query = useQuery<History>("lockstep/history", { points: 600 }, { every: 1_000 });
  const now = overview.value;
  return (
    <Answer of={query}>
      {({ columns: past }) => {
        if (now && !now.lead.index) return <Empty>No price has come yet.</Empty>;
        const columns = upTo(now, past);
        const x = columns.time_ms.map(Number);
        const lead = now?.lead.index ?? "lead";
        const last = columns.lead[columns.lead.length - 1];
        return (
          <div class="charts">
            <Series
              label={`${lead} over time, now ${last}`}
              xName="UTC"
              time
              latest
              x={x}
              height={190}
              lines={[{ name: lead, values: columns.lead, colour: "c1" }]}
            />
            <Series
              label={`Equity, initial and maintenance margin over time, now ${now?.equity_dollars}, ${now?.initial_dollars} and ${now?.maintenance_dollars} dollars`}
              xName="UTC"
              time
              latest
              x={x}
              height={190}
              lines={[
                { name: "Equity", values: columns.equity_dollars, colour: "c1" },
                { name: "IM", values: columns.initial_dollars, colour: "c2" },
                { name: "MM", values: columns.maintenance_dollars, colour: "c3" },
              ]}
            />
            <Series
              label={`Accounts called, and below maintenance, over time: now ${now?.accounts.call} called`}
              xName="UTC"
              time
              latest
              x={past.time_ms.map(Number)}
              height={190}
              lines={[
                { name: "Called", values: past.called, colour: "c4" },
                { name: "Liquidation or bankrupt", values: past.below, colour: "c5" },
              ]}
            />
          </div>
        );
      }}
    </Answer>
  );
}

function MoveMarket({ close }: { close: () => void }) {
  const failure = useSignal<Failure | undefined>(undefined);
  const busy = useSignal(false);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const said = (name: string) => String(form.get(name)).trim().replace(/^\+/, "");
    busy.value = true;
    try {
      await command("lockstep/move_market", {
        base: String(form.get("base")),
        percent: said("percent"),
        volatility_percent: said("volatility") || "0",
      });
      close();
    } catch (thrown) {
      failure.value = asFailure(thrown);
    }
    busy.value = false;
  };
  const bases = underlyings(overview.value);
  return (
    <Dialog title="Move the market" close={close}>
      <form onSubmit={send} class="stack">
        <p>
          Every price of the underlying moves at once, and is written to the log. Accounts will be called and
          liquidated.
        </p>
        <label>
          Underlying
          <select name="base">
            <option value="">all</option>
            {bases.map((base) => (
              <option key={base}>{base}</option>
            ))}
          </select>
        </label>
        <label>
          Prices, percent
          <input name="percent" value="-15" inputMode="decimal" required pattern="[+\-]?[0-9]+(\.[0-9]+)?" />
        </label>
        <label>
          Volatilities, percent
          <input name="volatility" value="0" inputMode="decimal" pattern="[+\-]?[0-9]+(\.[0-9]+)?" />
        </label>
        {failure.value && <Refused failure={failure.value} />}
        <div class="buttons">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="danger" disabled={busy.value}>
            Move the market
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Source({ now }: { now: Overview }) {
  const asking = useSignal(false);
  const { source } = now;
  return (
    <div class="source">
      <Chip kind={source.running ? "good" : "plain"}>{source.running ? "running" : "finished"}</Chip>
      <span>{source.name || source.kind}</span>
      {source.pace !== "" && source.pace !== "0" && <span class="faint">pace {source.pace}</span>}
      {may("operate") && source.allows_market_moves && (
        <button
          type="button"
          class="danger"
          onClick={() => {
            asking.value = true;
          }}
        >
          Move market…
        </button>
      )}
      {asking.value && (
        <MoveMarket
          close={() => {
            asking.value = false;
          }}
        />
      )}
    </div>
  );
}

function ReplicaStrip() {
  const query = useQuery<Replicas>("lockstep/replicas", {}, { every: 1_000 });
  return (
    <Answer of={query}>
      {(data) => (
        <ul class="strip">
          {data.replicas.length === 0 && (
            <li>
              <b>service</b> <span class="faint">beside the writer</span>
              {data.ticks.length === 0 ? (
                <Chip kind="plain">not compared yet</Chip>
              ) : (
                <Chip kind={data.ticks.some((one) => one.agrees === false) ? "bad" : "good"}>
                  {data.ticks.filter((one) => one.agrees).length} of {data.ticks.length} comparisons agree
                </Chip>
              )}
            </li>
          )}
          {data.replicas.map((one) => (
            <li key={one.name} class={one.hash_agrees === false ? "wrong" : ""}>
              <b>{one.name}</b> <span class="faint">{one.role}</span>
              <Position at={one.position} />
              <Hash value={one.hash} />
              <Chip kind={one.hash_agrees === false ? "bad" : one.hash_agrees ? "good" : "plain"}>
                {one.hash_agrees === false ? "disagrees" : one.hash_agrees ? "agrees" : "not compared"}
              </Chip>
            </li>
          ))}
        </ul>
      )}
    </Answer>
  );
}

const DONE: [keyof Overview["liquidation"], string][] = [
  ["accounts", "accounts"],
  ["orders", "orders"],
  ["crossed", "crossed with others"],
  ["taken_over", "taken over"],
  ["deleveraged", "closed against winners"],
  ["debts", "debts brought to zero"],
];

export function OverviewView() {
  const now = overview.value;
  if (!now) return <Loading rows={8} />;
  return (
    <>
      <h1 class="title">Overview</h1>
      <dl class="figures">
        <Figure name="Equity $" value={now.equity_dollars} />
        <Figure name="Initial margin $" value={now.initial_dollars} />
        <Figure name="Maintenance margin $" value={now.maintenance_dollars} />
        <Figure name="Called $" value={now.called_dollars} />
        <Figure name="Accounts" value={String(now.accounts.total)} />
        <Figure name="Instruments" value={String(now.instruments)} />
      </dl>
      <div class="grid three">
        <Panel title="Accounts by state" wide aside={<Source now={now} />}>
          <States now={now} />
        </Panel>
        {may("operate") && (
          <Panel title="Market and margin" wide>
            <Market />
          </Panel>
        )}
        <div class="stack">
          <Panel title="Liquidations" aside={<span class="faint">since this node follows</span>}>
            <dl class="pairs">
              {DONE.map(([key, name]) => (
                <div key={key}>
                  <dt>{name}</dt>
                  <dd class="num">{grouped(String(now.liquidation[key]))}</dd>
                </div>
              ))}
            </dl>
          </Panel>
          <Panel title="Rulebooks" flush>
            <Table
              label="Rulebooks"
              empty="No rulebook was proposed yet."
              rows={now.rulebooks}
              id={(row) => row.name}
              columns={[
                {
                  name: "Rulebook",
                  cell: (row) => <a href={href("epochs", [], { rulebook: row.name })}>{row.name}</a>,
                },
                { name: "Epoch", right: true, cell: (row) => row.epoch },
                { name: "Accounts", right: true, cell: (row) => <Num value={row.accounts} /> },
                { name: "Next", cell: (row) => row.scheduled.map((one) => one.epoch).join(", ") || "none" },
                { name: "Identity", cell: (row) => <Hash value={row.identity} /> },
              ]}
            />
          </Panel>
        </div>
        <div class="stack">
          <Panel title="Insurance funds" flush>
            <Table
              label="Insurance funds"
              empty="There is no asset yet."
              rows={now.funds}
              id={(row) => row.asset}
              columns={[
                { name: "Asset", cell: (row) => row.asset },
                { name: "Fund", right: true, cell: (row) => <Num value={row.fund} places={4} /> },
                { name: "Fees", right: true, cell: (row) => <Num value={row.fees} places={4} /> },
              ]}
            />
          </Panel>
          <Panel title="Replicas" aside={<Hash value={now.state_hash} />}>
            <ReplicaStrip />
          </Panel>
        </div>
        <Panel title="Indexes" flush>
          <Table
            label="Indexes"
            empty="There is no index yet."
            rows={now.indexes}
            id={(row) => row.name}
            columns={[
              {
                name: "Index",
                cell: (row) => <a href={href("surface", [], { index: row.name })}>{row.name}</a>,
              },
              { name: "Price", right: true, cell: (row) => <Num value={row.price} /> },
              { name: "Log", right: true, cell: (row) => <Position at={row.position} /> },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}
