// An account before and after changes that only are supposed: the words are those of `lockstep what-if`, and
// so are the figures.
import { useSignal } from "@preact/signals";
import { useQuery } from "../api/query";
import type { StatementPool, WhatIf, WhatIfSide } from "../api/types";
import { go, href, route, withAll } from "../lib/route";
import { Answer, Chip, Empty, Num, Panel, Position, StateChip } from "../ui/basic";
import { poolName } from "./account";
import { ChangeBuilder } from "./what_if_change";

const FIGURES: [keyof StatementPool, string][] = [
  ["equity", "Equity"],
  ["margin_balance", "Margin balance"],
  ["initial", "IM"],
  ["maintenance", "MM"],
  ["available", "Available"],
];

function Verdict({ answer }: { answer: WhatIf }) {
  if (answer.allowed === null) return null;
  if (answer.allowed) {
    return (
      <p class="verdict allowed" role="status">
        <Chip kind="good">allowed</Chip> The account may do this.
      </p>
    );
  }
  const path = answer.binds?.split(" > ") ?? [];
  return (
    <div class="verdict denied" role="status">
      <p>
        <Chip kind="bad">refused</Chip> Missing{" "}
        <b>
          <Num value={answer.missing} /> {answer.missing_asset}
        </b>
        .
      </p>
      {path.length > 0 && (
        <ol class="binds" aria-label="The rule that asks for most of it">
          {path.map((one) => {
            const [, rule = "", text = one] = /^(\d+\.\d+) (.*)$/.exec(one) ?? [];
            return (
              <li key={one}>
                {rule && (
                  <a class="rule" href={href("rule", [rule])}>
                    §{rule}
                  </a>
                )}{" "}
                {text}
              </li>
            );
          })}
        </ol>
      )}
    </div>
  );
}

function Compare({ before, after }: { before: WhatIfSide; after: WhatIfSide }) {
  const names = [...new Set([...before.pools, ...after.pools].map(poolName))];
  const find = (side: WhatIfSide, name: string) => side.pools.find((pool) => poolName(pool) === name);
  const asset = (name: string) => (find(after, name) ?? find(before, name))!.asset;
  return (
    <div role="group" class="scroller" tabIndex={0} aria-label="Before and after">
      <table class="compare">
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">Figure</span>
            </th>
            <th scope="col" class="right">
              Before
            </th>
            <th scope="col" class="right">
              After
            </th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">State</th>
            <td class="right">
              <StateChip state={before.state} />
            </td>
            <td class="right">
              <StateChip state={after.state} />
            </td>
          </tr>
          {names.flatMap((name) =>
            FIGURES.map(([key, title]) => (
              <tr key={`${name}${key}`} class={key === "equity" ? "first" : ""}>
                <th scope="row">
                  {title} <span class="faint">{name === asset(name) ? name : `${name}, ${asset(name)}`}</span>
                </th>
                <td class="right">
                  <Num value={find(before, name)?.[key] as string} />
                </td>
                <td class="right">
                  <Num value={find(after, name)?.[key] as string} />
                </td>
              </tr>
            )),
          )}
          <Prices before={before} after={after} />
        </tbody>
      </table>
    </div>
  );
}

function Prices({ before, after }: { before: WhatIfSide; after: WhatIfSide }) {
  const rows = [...(before.liquidation_prices ?? []), ...(after.liquidation_prices ?? [])];
  const keys = [...new Set(rows.map((row) => `${row.pool} ${row.index}`))];
  const show = (side: WhatIfSide, key: string) => {
    const row = side.liquidation_prices?.find((one) => `${one.pool} ${one.index}` === key);
    if (!row || (!row.below && !row.above)) return <span class="none">none</span>;
    return (
      <>
        {row.below && (
          <div>
            below <Num value={row.below} />
          </div>
        )}
        {row.above && (
          <div>
            above <Num value={row.above} />
          </div>
        )}
      </>
    );
  };
  return (
    <>
      {keys.map((key, i) => (
        <tr key={key} class={i === 0 ? "first" : ""}>
          <th scope="row">
            Liquidation <span class="faint">{key}</span>
          </th>
          <td class="right">{show(before, key)}</td>
          <td class="right">{show(after, key)}</td>
        </tr>
      ))}
    </>
  );
}

export function WhatIfForm({ account }: { account: string }) {
  const changes = useSignal<readonly string[]>(route.value.query.getAll("if"));
  const change = (next: readonly string[]) => {
    changes.value = next;
    go(withAll(route.peek(), "if", next), true); // so that it survives a reload and can be sent to somebody
  };
  const asking = changes.value.length > 0 && account !== "";
  const query = useQuery<WhatIf>(
    "lockstep/what_if",
    { account, changes: changes.value, prices: true },
    { keep: true, idle: !asking, every: 500 },
  );
  return (
    <div class="grid what-if">
      <Panel title="Changes">
        <ChangeBuilder
          add={(text) => {
            change([...changes.value, text]);
          }}
        />
        {changes.value.length === 0 ? (
          <Empty>
            Nothing is supposed yet: add a change above. What moves the market happens first, then what the
            account does.
          </Empty>
        ) : (
          <ol class="changes" aria-label="Changes">
            {changes.value.map((text, i) => (
              <li key={text + i}>
                <code>{text}</code>
                <button
                  type="button"
                  class="quiet"
                  aria-label={`Remove ${text}`}
                  onClick={() => {
                    change(changes.value.filter((_, at) => at !== i));
                  }}
                >
                  ×
                </button>
              </li>
            ))}
          </ol>
        )}
      </Panel>
      <Panel
        title="Before and after"
        aside={
          query.data?.position ? (
            <span class="faint">
              at <Position at={query.data.position} />
            </span>
          ) : undefined
        }
      >
        {asking ? (
          <Answer of={query}>
            {(answer) => (
              <>
                <Verdict answer={answer} />
                <Compare before={answer.before} after={answer.after} />
              </>
            )}
          </Answer>
        ) : (
          <Empty>The account as it is, and as it would be, come here.</Empty>
        )}
      </Panel>
    </div>
  );
}

export function WhatIfView() {
  const account = route.value.query.get("account") ?? "";
  const choose = (event: SubmitEvent) => {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get("account")).trim();
    go(href("what-if", [], { account: name }));
  };
  return (
    <>
      <h1 class="title">What if</h1>
      <form class="filters" onSubmit={choose}>
        <label>
          Account
          <input
            key={account}
            data-filter
            name="account"
            defaultValue={account}
            required
            spellcheck={false}
            placeholder="name  /"
          />
        </label>
        <button type="submit" class="primary">
          Use
        </button>
        <span class="beside">
          {account ? (
            <a href={href("account", [account])}>{account}</a>
          ) : (
            <a href={href("accounts")}>All accounts</a>
          )}
        </span>
      </form>
      {account ? <WhatIfForm key={account} account={account} /> : <Empty>Say which account.</Empty>}
    </>
  );
}
