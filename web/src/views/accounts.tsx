// All accounts, however many: sorted and filtered by the service, of which the page holds the window it shows.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useQuery } from "../api/query";
import { type AccountRow, type Accounts, STATES } from "../api/types";
import { grouped, length } from "../lib/decimal";
import { go, href, route } from "../lib/route";
import { Loading, Num, Refused, StateChip } from "../ui/basic";
import { useVirtual } from "../ui/virtual";

const ROW = 30; // pixels; the style sheet has the same
const PAGE = 100;
const WINDOW = 300;

interface Column {
  name: string;
  sort?: string;
  right?: boolean;
  class: string;
  cell: (row: AccountRow) => preact.ComponentChildren;
}
// Not judged, because a price or a rule is missing: the state is the one before.
const judged = (row: AccountRow) => row.usage !== "";
const dollars = (value: string) => <Num value={value} places={0} />;
const COLUMNS: Column[] = [
  {
    name: "Account",
    sort: "name",
    class: "c-name",
    cell: (row) => (
      <a tabIndex={-1} href={href("account", [row.account])}>
        {row.account}
      </a>
    ),
  },
  {
    name: "State",
    sort: "state",
    class: "c-state",
    cell: (row) => <StateChip state={judged(row) ? row.state : null} />,
  },
  { name: "Usage", sort: "usage", right: true, class: "c-usage", cell: (row) => <Usage usage={row.usage} /> },
  {
    name: "Equity $",
    sort: "equity",
    right: true,
    class: "c-money",
    cell: (row) => dollars(row.equity_dollars),
  },
  {
    name: "IM $",
    sort: "initial",
    right: true,
    class: "c-money",
    cell: (row) => dollars(row.initial_dollars),
  },
  {
    name: "MM $",
    sort: "maintenance",
    right: true,
    class: "c-money",
    cell: (row) => dollars(row.maintenance_dollars),
  },
  {
    name: "Available $",
    sort: "available",
    right: true,
    class: "c-money",
    cell: (row) => dollars(row.available_dollars),
  },
  { name: "Holdings", right: true, class: "c-count", cell: (row) => row.holdings },
  { name: "Orders", right: true, class: "c-count", cell: (row) => row.orders },
  { name: "Mode", class: "c-mode", cell: (row) => row.mode },
  { name: "Rulebook", class: "c-book", cell: (row) => row.rulebook },
];

// Maintenance margin over margin balance: at one, liquidation begins.
function Usage({ usage }: { usage: string }) {
  const share = Math.min(1, Math.max(0, length(usage)));
  const level = share >= 1 ? "full" : share >= 0.8 ? "high" : "low";
  return (
    <span class="usage">
      <svg width="44" height="6" aria-hidden="true">
        <rect class="track" width="44" height="6" rx="3" />
        <rect class={`usage-${level}`} width={44 * share} height="6" rx="3" />
      </svg>
      {/^\d{3}/.test(usage) ? (
        <span class="num" title={usage}>
          &gt; 9,999 %
        </span>
      ) : (
        <Num value={usage} as="percent" />
      )}
    </span>
  );
}

interface Asked {
  sort: string;
  descending: boolean;
  filter: string;
  states: string[];
  rulebook: string;
}
function asked(query: URLSearchParams): Asked {
  return {
    sort: query.get("sort") ?? "usage",
    descending: query.get("order") !== "rising",
    filter: query.get("filter") ?? "",
    states: (query.get("states") ?? "").split(",").filter(Boolean),
    rulebook: query.get("rulebook") ?? "",
  };
}
function ask(change: Partial<Asked>) {
  const next = { ...asked(route.peek().query), ...change };
  go(
    href("accounts", [], {
      sort: next.sort === "usage" ? "" : next.sort,
      order: next.descending ? "" : "rising",
      filter: next.filter,
      states: next.states.join(","),
      rulebook: next.rulebook,
    }),
    true,
  );
}

function Filters({ now, counts }: { now: Asked; counts: Accounts["counts"] | undefined }) {
  const typed = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  return (
    <search class="filters">
      <label>
        <span class="hidden">Filter by account or party</span>
        <input
          data-filter
          type="search"
          placeholder="Account or party  /"
          value={now.filter}
          spellcheck={false}
          onInput={(event) => {
            const filter = event.currentTarget.value;
            clearTimeout(typed.current);
            typed.current = setTimeout(() => ask({ filter }), 150);
          }}
        />
      </label>
      <fieldset class="chips">
        <legend class="hidden">States</legend>
        {STATES.map((state) => {
          const on = now.states.includes(state);
          const states = on ? now.states.filter((one) => one !== state) : [...now.states, state];
          return (
            <button
              key={state}
              type="button"
              class={`toggle${on ? " on" : ""}`}
              aria-pressed={on}
              onClick={() => ask({ states })}
            >
              <StateChip state={state} />
              <span class="num">{counts ? grouped(String(counts[state])) : ""}</span>
            </button>
          );
        })}
      </fieldset>
    </search>
  );
}

function Heads({ now }: { now: Asked }) {
  return (
    <div role="row" class="g-row g-head" aria-rowindex={1}>
      {COLUMNS.map(({ name, sort, right, class: kind }) => {
        const sorted = sort === now.sort ? (now.descending ? "descending" : "ascending") : "none";
        return (
          <div
            key={name}
            role="columnheader"
            aria-sort={sort ? sorted : undefined}
            class={`${kind}${right ? " right" : ""}`}
          >
            {sort ? (
              <button
                type="button"
                onClick={() =>
                  ask({ sort, descending: sort === now.sort ? !now.descending : sort !== "name" })
                }
              >
                {name}
                <span aria-hidden="true">{sorted === "none" ? "" : now.descending ? " ▾" : " ▴"}</span>
              </button>
            ) : (
              name
            )}
          </div>
        );
      })}
    </div>
  );
}

// Where the table was when it was left.
let left = { key: "", top: 0, at: 0 };

// The address comes from above: when it leads away, this table is not asked about it any more.
export function AccountsView({ address }: { address: URLSearchParams }) {
  const now = asked(address);
  const key = JSON.stringify(now);
  const scroller = useRef<HTMLDivElement>(null);
  const total = useSignal(0);
  const at = useSignal(left.key === key ? left.at : 0);
  const count = total.value; // as it is drawn now; the answer below may change it
  const rows = useVirtual(scroller, count, ROW);
  const first = rows.items[0]?.index ?? 0;
  const offset = Math.max(0, Math.floor((first - PAGE / 2) / PAGE) * PAGE);
  const query = useQuery<Accounts>("lockstep/accounts", { ...now, offset, limit: WINDOW }, { keep: true });
  const { data } = query;
  if (data && data.total !== total.value) total.value = data.total;

  // Another question begins at the top; a table that is opened again, where it was left.  Before its first
  // answer there is nothing to scroll.
  const filled = count > 0;
  useEffect(() => {
    if (!filled || !scroller.current) return;
    if (left.key !== key) {
      left = { key, top: 0, at: 0 };
      at.value = 0;
    }
    scroller.current.scrollTop = left.top;
  }, [key, filled]);
  const scrolled = () => {
    const top = scroller.current?.scrollTop;
    if (filled && left.key === key && top !== undefined) left = { key, top, at: at.peek() };
  };
  const select = (index: number) => {
    at.value = index;
    left = { ...left, at: index };
  };

  const rowAt = (index: number) =>
    data && !(index < data.offset) ? data.rows[index - data.offset] : undefined;
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -1e9, End: 1e9 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      select(Math.max(0, Math.min(total.value - 1, at.value + step)));
      rows.show(at.value);
    } else if (event.key === "Enter" && event.target === scroller.current) {
      const row = rowAt(at.value);
      if (row) go(href("account", [row.account]));
    }
  };
  return (
    <div class="fill">
      <h1 class="title">
        Accounts <span class="count num">{data ? grouped(String(data.total)) : ""}</span>
      </h1>
      <Filters now={now} counts={data?.counts} />
      {query.failure && <Refused failure={query.failure} />}
      <div
        class="grid-table"
        role="grid"
        tabIndex={0}
        ref={scroller}
        onKeyDown={pressed}
        onScroll={scrolled}
        aria-label="Accounts; arrow keys move, Enter opens"
        aria-rowcount={total.value + 1}
        aria-activedescendant={
          rowAt(at.value) && rows.items.some((item) => item.index === at.value)
            ? `row-${at.value}`
            : undefined
        }
      >
        <Heads now={now} />
        <div class="g-space" role="presentation" style={{ height: `${rows.height}px` }}>
          {rows.items.map((item) => {
            const row = rowAt(item.index);
            return (
              <div
                key={item.index}
                id={`row-${item.index}`}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={item.index === at.value}
                class={`g-row${item.index === at.value ? " at" : ""}${row ? "" : " absent"}`}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => {
                  select(item.index);
                  if (row) go(href("account", [row.account]));
                }}
              >
                {COLUMNS.map((column) => (
                  <div
                    key={column.name}
                    role="gridcell"
                    class={`${column.class}${column.right ? " right" : ""}`}
                  >
                    {row ? column.cell(row) : <span class="bone" />}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {!data && !query.failure && <Loading rows={12} />}
      {data?.total === 0 && (
        <p class="empty">
          {now.filter || now.states.length || now.rulebook
            ? "No account is in this selection."
            : "There is no account yet."}
        </p>
      )}
    </div>
  );
}
