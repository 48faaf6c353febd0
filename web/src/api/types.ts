// The JSON of the service's own methods, as far as the page shows it.  Decimals are strings and stay strings.

export type State = "normal" | "warning" | "call" | "reduce_only" | "liquidation" | "bankrupt" | "unjudged";
// Those that an account can be in; unjudged ones have none.
export const STATES: Exclude<State, "unjudged">[] = [
  "normal",
  "warning",
  "call",
  "reduce_only",
  "liquidation",
  "bankrupt",
];
export type Counts = Record<State, number>;

export interface Fund {
  asset: string;
  fund: string;
  fees?: string;
}

export interface Overview {
  type?: "snapshot" | "change";
  prev_position?: number | null;
  position: number;
  time: string;
  time_ms: number;
  state_hash: string;
  lead: { index: string; price: string };
  accounts: Counts & { total: number };
  equity_dollars: string;
  initial_dollars: string;
  maintenance_dollars: string;
  called_dollars: string;
  liquidation: Record<"accounts" | "orders" | "crossed" | "taken_over" | "deleveraged" | "debts", number>;
  funds: Fund[];
  rulebooks: {
    name: string;
    epoch: number;
    identity: string;
    accounts: number;
    scheduled: { epoch: number; at_position: number | null; at_time_ms: number | null }[];
  }[];
  instruments: number;
  indexes: { name: string; price: string; time_ms: number; position: number }[];
  source: {
    kind: "run" | "serve" | "replica";
    name: string;
    running: boolean;
    pace: string;
    allows_market_moves: boolean;
  };
}

type Numbers = (number | string | null)[];
export interface History {
  position: number;
  columns: Record<
    | "time_ms"
    | "lead"
    | "equity_dollars"
    | "initial_dollars"
    | "maintenance_dollars"
    | "below"
    | "called"
    | "fund_dollars",
    Numbers
  >;
}

export interface AccountRow {
  account: string;
  party: string;
  rulebook: string;
  mode: string;
  state: State;
  equity_dollars: string;
  initial_dollars: string;
  maintenance_dollars: string;
  available_dollars: string;
  usage: string;
  pools: number;
  holdings: number;
  orders: number;
}
export interface Accounts {
  position: number;
  total: number;
  offset: number;
  counts: Record<Exclude<State, "unjudged">, number>;
  rows: AccountRow[];
}

export interface Pool {
  pool?: string;
  asset: string;
  isolated: string | null | boolean;
  leg?: string;
  equity: string;
  margin_balance: string;
  initial_balance: string;
  initial: string;
  maintenance: string;
  available: string;
  levels: { name: string; amount: string }[] | Record<string, string>;
}
export interface Holding {
  instrument: string;
  kind: string;
  leg: string;
  size: string;
  lots: number | string;
  size_unit: string;
  entry: string;
  mark: string;
  value: string;
  unrealised: string;
  initial?: string;
  delta?: string;
  asset: string;
  isolated: boolean | string | null;
  liquidation_price?: string | null;
}
export interface Order {
  order: number;
  instrument: string;
  side: string;
  type: string;
  price: string;
  trigger: string | null;
  size: string;
  filled: string;
  reduce_only: boolean;
  post_only: boolean;
  placed_ms: number;
}
export interface LiquidationPrice {
  pool: string;
  index: string;
  price?: string;
  liquidated?: boolean;
  below: string | null;
  above: string | null;
}
export interface Step {
  label: string;
  rule: string;
  asset: string;
  binds: boolean;
  amount: string;
  kind: "balance" | "haircut" | "requirement" | "total" | "free";
}
export interface Account {
  position: number;
  time: string;
  account: string;
  party: string;
  rulebook: string;
  epoch: number;
  mode: string;
  pooled: boolean;
  hedge: boolean;
  state: State | null; // null: it cannot be judged
  obstacle: string;
  obstacle_text?: string;
  call_until_ms: number | null;
  pools: Pool[];
  balances: { asset: string; amount: string }[];
  holdings: Holding[];
  orders: Order[];
  leverages: { instrument: string; leverage: string }[];
  liquidation_prices?: LiquidationPrice[];
  waterfall: { pool: string; steps: Step[] }[];
}

export interface Line {
  rule: string;
  depth: number;
  label: string;
  asset: string;
  amount: string;
  binds: boolean;
  inputs: { name: string; value: string; position: number }[];
}
export interface Statement {
  position: number;
  state: State;
  lines: Line[];
}

export interface HeatMap {
  position: number;
  asset: string;
  base: string;
  prices: string[];
  volatilities: string[];
  cells: (string | null)[][]; // null: cannot be judged there
  margin: (string | null)[][];
  worst: { price: number; volatility: number } | null;
}

export interface WhatIfSide {
  state: State | null;
  obstacle: string;
  obstacle_text?: string;
  pools: Pool[];
  liquidation_prices?: LiquidationPrice[];
}
export interface WhatIf {
  position?: number;
  before: WhatIfSide;
  after: WhatIfSide;
  allowed: boolean | null; // null: only the market moves, there is nothing to allow
  missing?: string;
  missing_asset?: string;
  binds?: string;
}

export interface LadderStep {
  move: string;
  liquidated: number;
  bankrupt: number;
  unjudged: number;
  sold_dollars: string;
  bought_dollars: string;
  elsewhere_dollars: string;
  share: string;
}
export interface Ladder {
  position: number;
  ladders: { base: string; accounts: number; open_dollars: string; steps: LadderStep[] }[]; // base "": all
  funds: {
    shock: string;
    liquidated: number;
    bankrupt: number;
    unpaid_dollars: string;
    fund_dollars: string;
    missing_dollars: string;
    sufficient: boolean;
    covers_two: boolean;
  }[];
}

export interface Surface {
  position: number;
  indexes: string[];
  index: string;
  price: string;
  expiries: {
    expiry: string;
    expiry_ms: number;
    forward: string;
    basis_year: string;
    at_the_money: string;
    age_ms: number | null;
    points: {
      strike: string;
      moneyness: string;
      call: string | null; // instruments
      put: string | null;
      volatility: string; // that the engine values with; "": none
      mark_volatility: string; // of the market
      kind: string;
    }[];
  }[];
  curve: { expiry_ms: number; forward: string; basis_year: string }[];
}

export interface Epoch {
  epoch: number;
  version: string;
  identity: string;
  status: "proposed" | "scheduled" | "active" | "retired" | "cancelled";
  proposer: string;
  note: string;
  approvals: { by: string; note: string; time_ms: number }[];
  at_position: number | null;
  at_time_ms: number | null;
  emergency: boolean;
  ready?: string[];
  differences?: string[] | string;
}
export interface Epochs {
  position: number;
  rulebooks: {
    rulebook: string;
    active: number;
    rules: { approvals: number; emergency_approvals: number; notice: string; grace: string } | null;
    epochs: Epoch[];
  }[];
}
export interface PreviewSide {
  state: State;
  asset: string;
  room: string;
  initial: string;
  maintenance: string;
  below: string[];
}
export interface Preview {
  position: number;
  rulebook: string;
  epoch: number;
  levels: { level: string; before: number; after: number; entered: number; left: number }[];
  underlyings: {
    base: string;
    asset: string;
    initial_before: string;
    initial_after: string;
    maintenance_before: string;
    maintenance_after: string;
  }[];
  accounts: { account: string; before: PreviewSide; after: PreviewSide }[];
  accounts_total: number;
}

export interface Replicas {
  position: number;
  behaviour: number;
  schema: number;
  state_hash: string;
  replicas: {
    name: string;
    role: string;
    standing: string;
    position: number;
    lag: number;
    hash: string;
    hash_at: number;
    hash_agrees: boolean | null;
    votes: boolean;
    silent: boolean;
    at_ms: number;
  }[];
  ticks: { position: number; hash: string; agrees: boolean | null }[];
}

export interface LogPage {
  position: number;
  first: number;
  last: number;
  rows: {
    position: number;
    time: string;
    time_ms: number;
    command: string;
    by: string;
    outcome: string;
    refusal?: number;
    text: string;
    fields: Record<string, unknown>;
  }[];
}
