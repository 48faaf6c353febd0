// What was put into the log, and what became of it.  Follows the newest unless a position is asked for.
import { type Signal, useSignal } from "@preact/signals";
import { Fragment } from "preact";
import { useQuery } from "../api/query";
import type { LogPage } from "../api/types";
import { go, href, route } from "../lib/route";
import { AccountLink, Answer, Chip, Empty, Num, Panel } from "../ui/basic";

const LIMIT = 100;
type Row = LogPage["rows"][number];

function Fields({ row }: { row: Row }) {
  const text = (value: unknown) =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  return (
    <dl class="fields">
      {Object.entries(row.fields ?? {}).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {name === "account" && typeof value === "string" ? <AccountLink name={value} /> : text(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Rows({ rows, open }: { rows: Row[]; open: Signal<number> }) {
  return (
    <div role="group" class="scroller" tabIndex={0} aria-label="Log">
      <table class="log">
        <thead>
          <tr>
            <th scope="col" class="right">
              Position
            </th>
            <th scope="col">Time</th>
            <th scope="col">Command</th>
            <th scope="col">Outcome</th>
            <th scope="col">By</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Fragment key={row.position}>
              <tr>
                <th scope="row" class="right">
                  <button
                    type="button"
                    class="link num"
                    aria-expanded={open.value === row.position}
                    onClick={() => {
                      open.value = open.value === row.position ? 0 : row.position;
                    }}
                  >
                    {row.position}
                  </button>
                </th>
                <td class="num">{row.time.slice(0, 19)}</td>
                <td>{row.command}</td>
                <td>
                  <Chip kind={row.outcome === "accepted" ? "plain" : "warn"}>
                    {row.outcome.replaceAll("_", " ")}
                    {row.refusal ? ` ${row.refusal}` : ""}
                  </Chip>
                </td>
                <td>{row.by}</td>
                <td class="text">{row.text}</td>
              </tr>
              {open.value === row.position && (
                <tr class="detail">
                  <td colSpan={6}>
                    <Fields row={row} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LogFilters() {
  const { query } = route.value;
  const apply = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const said = (name: string) => String(form.get(name) ?? "").trim();
    go(
      href("log", [], {
        from: said("from"),
        command: said("command"),
        account: said("account"),
        by: said("by"),
      }),
      true,
    );
  };
  return (
    <form class="filters" onSubmit={apply} key={query.toString()}>
      <label>
        Account{" "}
        <input
          data-filter
          name="account"
          defaultValue={query.get("account") ?? ""}
          spellcheck={false}
          placeholder="name  /"
        />
      </label>
      <label>
        Command{" "}
        <input
          name="command"
          defaultValue={query.get("command") ?? ""}
          spellcheck={false}
          placeholder="deposit"
        />
      </label>
      <label>
        By{" "}
        <input
          name="by"
          defaultValue={query.get("by") ?? ""}
          spellcheck={false}
          placeholder="key"
          size={10}
        />
      </label>
      <label>
        Up to position{" "}
        <input
          name="from"
          defaultValue={query.get("from") ?? ""}
          inputMode="numeric"
          pattern="[0-9]*"
          placeholder="newest"
          size={10}
        />
      </label>
      <button type="submit" class="primary">
        Show
      </button>
    </form>
  );
}

export function LogView() {
  const { query: said } = route.value;
  const filters = {
    command: said.get("command") ?? "",
    account: said.get("account") ?? "",
    by: said.get("by") ?? "",
  };
  const from = Number(said.get("from") ?? 0);
  const open = useSignal(0); // position of the row whose fields are shown; the page stands still meanwhile
  const params = { ...filters, limit: LIMIT, descending: true, ...(from ? { from } : {}) };
  const query = useQuery<LogPage>("lockstep/log", params, {
    live: !from && !open.value,
    keep: true,
    every: 300,
  });
  const to = (position: number | undefined) =>
    href("log", [], { ...filters, from: position ? String(position) : "" });
  return (
    <>
      <h1 class="title">Log</h1>
      <LogFilters />
      <Answer of={query}>
        {(data) => {
          const oldest = data.rows[data.rows.length - 1]?.position ?? 0;
          const newest = data.rows[0]?.position ?? 0;
          return (
            <Panel
              title={from ? `Up to position ${from}` : "Newest"}
              wide
              flush
              aside={
                <span class="faint">
                  <Num value={data.first} /> to <Num value={data.last} />
                </span>
              }
            >
              {data.rows.length ? (
                <Rows rows={data.rows} open={open} />
              ) : (
                <Empty>Nothing in the log is like this.</Empty>
              )}
              <nav class="pager" aria-label="Pages">
                {from > 0 && <a href={to(undefined)}>« newest</a>}
                {from > 0 && newest < data.last && (
                  <a href={to(Math.min(data.last, newest + LIMIT))}>‹ newer</a>
                )}
                {oldest > data.first && data.rows.length === LIMIT && <a href={to(oldest - 1)}>older ›</a>}
              </nav>
            </Panel>
          );
        }}
      </Answer>
    </>
  );
}
