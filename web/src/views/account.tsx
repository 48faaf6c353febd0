// One account: what it has, what is required of it and why, and what could happen to it.
import { useQuery } from "../api/query";
import { may } from "../api/session";
import type { Account, AnyPool, Holding, Order, Pool } from "../api/types";
import { href } from "../lib/route";
import { Answer, Chip, Empty, Num, Panel, StateChip } from "../ui/basic";
import { Table } from "../ui/table";
import { HeatTab } from "./account_heat";
import { Statement } from "./account_statement";
import { Waterfalls } from "./account_waterfall";
import { WhatIfForm } from "./what_if";

const TABS: [string, string, "read" | "simulate"][] = [
  ["margin", "Margin", "read"],
  ["positions", "Positions", "read"],
  ["statement", "Statement", "read"],
  ["heat", "Heat map", "simulate"],
  ["what-if", "What if", "simulate"],
];

export const poolName = (pool: AnyPool) => pool.pool || (pool.isolated ? String(pool.isolated) : pool.asset);

function Pools({ pools }: { pools: Pool[] }) {
  const amount = (name: string, of: (pool: Pool) => string) => ({
    name,
    right: true,
    cell: (pool: Pool) => <Num value={of(pool)} places={4} />,
  });
  return (
    <Table
      label="Pools"
      rows={pools}
      id={(pool, index) => `${poolName(pool)}${index}`}
      empty="This account has no pool: it holds nothing and owes nothing."
      columns={[
        { name: "Pool", cell: poolName },
        { name: "Asset", cell: (pool) => pool.asset },
        amount("Equity", (pool) => pool.equity),
        amount("Margin balance", (pool) => pool.margin_balance),
        amount("IM", (pool) => pool.initial),
        amount("MM", (pool) => pool.maintenance),
        amount("Available", (pool) => pool.available),
      ]}
    />
  );
}

function LiquidationPrices({ account }: { account: Account }) {
  return (
    <Table
      label="Liquidation prices"
      rows={account.liquidation_prices ?? []}
      id={(row) => row.pool + row.index}
      empty="No price of one index alone leads to liquidation."
      columns={[
        { name: "Pool", cell: (row) => row.pool },
        { name: "Index", cell: (row) => row.index },
        { name: "Now", right: true, cell: (row) => <Num value={row.price} /> },
        { name: "Below", right: true, cell: (row) => <Num value={row.below} /> },
        { name: "Above", right: true, cell: (row) => <Num value={row.above} /> },
      ]}
    />
  );
}

const leg = (holding: Holding) => (holding.leg === "net" ? "" : ` ${holding.leg}`);
function Holdings({ rows }: { rows: Holding[] }) {
  return (
    <Table
      label="Holdings"
      rows={rows}
      id={(row) => row.instrument + row.leg}
      empty="Nothing is held."
      columns={[
        { name: "Instrument", cell: (row) => row.instrument + leg(row) },
        {
          name: "Size",
          right: true,
          cell: (row) => (
            <>
              <Num value={row.size} /> <span class="faint">{row.size_unit}</span>
            </>
          ),
        },
        { name: "Entry", right: true, cell: (row) => <Num value={row.entry} places={4} /> },
        { name: "Mark", right: true, cell: (row) => <Num value={row.mark} places={4} /> },
        { name: "Value", right: true, cell: (row) => <Num value={row.value} places={4} /> },
        { name: "Unrealised", right: true, cell: (row) => <Num value={row.unrealised} places={4} /> },
        { name: "Asset", cell: (row) => row.asset },
        { name: "Delta", right: true, cell: (row) => <Num value={row.delta} places={4} /> },
        { name: "Liquidation", right: true, cell: (row) => <Num value={row.liquidation_price} /> },
      ]}
    />
  );
}

function Orders({ rows }: { rows: Order[] }) {
  const flags = (row: Order) =>
    [row.reduce_only && "reduce only", row.post_only && "post only"].filter(Boolean).join(", ");
  return (
    <Table
      label="Open orders"
      rows={rows}
      id={(row) => row.order}
      empty="No order is open."
      columns={[
        { name: "Order", cell: (row) => row.order },
        { name: "Instrument", cell: (row) => row.instrument },
        { name: "Side", cell: (row) => <Chip kind={row.side === "buy" ? "buy" : "sell"}>{row.side}</Chip> },
        { name: "Type", cell: (row) => row.type.replace("_", " ") },
        { name: "Size", right: true, cell: (row) => <Num value={row.size} /> },
        { name: "Filled", right: true, cell: (row) => <Num value={row.filled} /> },
        { name: "Price", right: true, cell: (row) => <Num value={row.price} /> },
        { name: "Trigger", right: true, cell: (row) => <Num value={row.trigger} /> },
        { name: "Flags", quiet: true, cell: flags },
      ]}
    />
  );
}

function Balances({ account }: { account: Account }) {
  return (
    <Table
      label="Balances"
      rows={account.balances}
      id={(row) => row.asset}
      empty="No balance."
      columns={[
        { name: "Asset", cell: (row) => row.asset },
        { name: "Amount", right: true, cell: (row) => <Num value={row.amount} /> },
      ]}
    />
  );
}

// Where a price or a rule is missing there are no figures, which is not the same as none being needed.
function NotJudged({ account }: { account: Account }) {
  return (
    <Panel title="Margin" wide>
      <Empty>
        The margin of this account cannot be computed: {account.obstacle_text || account.obstacle}.
      </Empty>
    </Panel>
  );
}

function Margin({ account }: { account: Account }) {
  if (account.state === null) {
    return (
      <div class="grid two">
        <NotJudged account={account} />
        <Panel title="Balances" flush>
          <Balances account={account} />
        </Panel>
      </div>
    );
  }
  return (
    <div class="grid two">
      <Panel title="Pools" wide flush>
        <Pools pools={account.pools} />
      </Panel>
      {account.waterfall.map((fall) => (
        <Waterfalls key={fall.pool} account={account.account} fall={fall} />
      ))}
      <Panel title="Liquidation prices" flush>
        <LiquidationPrices account={account} />
      </Panel>
      <Panel title="Balances" flush>
        <Balances account={account} />
      </Panel>
    </div>
  );
}

function Positions({ account }: { account: Account }) {
  return (
    <div class="grid two">
      <Panel title="Holdings" wide flush>
        <Holdings rows={account.holdings} />
      </Panel>
      <Panel title="Open orders" wide flush>
        <Orders rows={account.orders} />
      </Panel>
      <Panel title="Balances" flush>
        <Balances account={account} />
      </Panel>
      {account.leverages.length > 0 && (
        <Panel title="Leverage" flush>
          <Table
            label="Leverage"
            rows={account.leverages}
            id={(row) => row.instrument}
            columns={[
              { name: "Instrument", cell: (row) => row.instrument },
              { name: "Leverage", right: true, cell: (row) => <Num value={row.leverage} /> },
            ]}
          />
        </Panel>
      )}
    </div>
  );
}

function Head({ account }: { account: Account }) {
  const call = account.call_until_ms
    ? new Date(account.call_until_ms).toISOString().slice(0, 16).replace("T", " ")
    : "";
  return (
    <p class="about">
      <StateChip state={account.state} />
      {account.obstacle_text && <Chip kind="bad">{account.obstacle_text}</Chip>}
      {call && <Chip kind="warn">call to be met by {call} UTC</Chip>}
      <span>
        {account.mode}
        {account.pooled ? ", pooled" : ""}
        {account.hedge ? ", hedge legs" : ""}
      </span>
      <a href={href("epochs", [], { rulebook: account.rulebook })}>
        {account.rulebook}, epoch {account.epoch}
      </a>
      <span class="faint">party {account.party}</span>
    </p>
  );
}

export function AccountView({ name, tab }: { name: string; tab: string }) {
  const query = useQuery<Account>("lockstep/account", { account: name, prices: true }, { keep: true });
  return (
    <>
      <h1 class="title">
        <a href={href("accounts")}>Accounts</a> <span aria-hidden="true">/</span> {name}
      </h1>
      {query.data && <Head account={query.data} />}
      <nav class="tabs" aria-label="Of this account">
        {TABS.filter(([, , scope]) => may(scope)).map(([key, title]) => (
          <a key={key} href={href("account", [name, key])} aria-current={tab === key ? "page" : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <Answer of={query}>
        {(account) => {
          if (tab === "margin") return <Margin account={account} />;
          if (tab === "positions") return <Positions account={account} />;
          if (account.state === null && (tab === "statement" || tab === "heat")) {
            return <NotJudged account={account} />;
          }
          if (tab === "statement") return <Statement account={name} />;
          if (tab === "heat") return <HeatTab account={name} />;
          if (tab === "what-if") return <WhatIfForm account={name} />;
          return <Empty>There is no such page of an account.</Empty>;
        }}
      </Answer>
    </>
  );
}
