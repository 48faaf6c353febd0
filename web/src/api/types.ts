// The JSON of the service's own methods, by the names that the page uses.  The shapes are those of
// docs/api/openapi.yaml, out of which `npm run types` makes schema.d.ts.  Decimals are strings and stay strings.
import type { Notice } from "./connection";
import type { components } from "./schema";

type Schemas = components["schemas"];

// Those that an account can be in; the page counts the unjudged ones beside them.
export const STATES: Schemas["MarginState"][] = [
  "normal",
  "warning",
  "call",
  "reduce_only",
  "liquidation",
  "bankrupt",
];
export type State = Schemas["MarginState"] | "unjudged";

export type Overview = Schemas["Overview"] & Notice; // the channel sends what the method answers
export type History = Schemas["History"];

export type AccountRow = Schemas["AccountRow"];
export type Accounts = Omit<Schemas["AccountPage"], "next">; // only REST has cursors

export type Pool = Schemas["Pool"];
export type Holding = Schemas["Holding"];
export type Order = Schemas["Order"];
export type Step = Schemas["WaterfallStep"];
export type Account = Schemas["Account"];

export type Line = Schemas["StatementLine"];
export type Statement = Schemas["Statement"];
export type StatementPool = Schemas["StatementPool"];
export type AnyPool = Pick<StatementPool, "asset" | "isolated"> & { pool?: string }; // only an account names its pools

export type HeatMap = Schemas["HeatMap"];
export type WhatIfSide = Schemas["WhatIfSide"];
export type WhatIf = Schemas["WhatIf"];

export type LadderStep = Schemas["LadderStep"];
export type Ladder = Schemas["Ladders"];
export type Stress = Schemas["Stress"];
export type Stability = Schemas["Stability"];
export type StabilityRow = Schemas["StabilityRow"];

export type Surface = Schemas["Surface"];

export type Epoch = Schemas["Epoch"];
export type Epochs = Schemas["Epochs"];
export type Preview = Schemas["Preview"];

export type Replicas = Schemas["Replicas"];
export type LogPage = Omit<Schemas["LogPage"], "next">; // only REST has cursors
