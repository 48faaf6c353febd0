// Who would be liquidated at which price: per underlying one row a price step, with the insurance funds that
// stand against it.
import { overview } from "../api/overview";
import { useQuery } from "../api/query";
import type { Ladder, LadderStep } from "../api/types";
import { Bar } from "../charts/bar";
import { grouped, length, move } from "../lib/decimal";
import { go, href, route } from "../lib/route";
import { Answer, Chip, Empty, Num, Panel, Position } from "../ui/basic";
import { Table } from "../ui/table";

// All underlyings together have no name.
const word = (base: string) => base || "all";

type Rungs = Ladder["ladders"][number];

export function Rungs({ ladder }: { ladder: Rungs }) {
  const most = Math.max(
    1,
    ...ladder.steps.flatMap((step) => [length(step.sold_dollars), length(step.bought_dollars)]),
  );
  const row = (step: LadderStep) => (
    <tr key={step.move} class={/^-?0(\.0*)?$/.test(step.move) ? "here" : ""} data-move={step.move}>
      <th scope="row" class="right">
        {move(step.move)}
      </th>
      <td class="bar-column sold">
        <Bar from={1 - length(step.sold_dollars) / most} to={1} kind="sold" />
      </td>
      <td class="right">
        <Num value={step.sold_dollars} places={0} />
      </td>
      <td class="right">
        <Num value={step.bought_dollars} places={0} />
      </td>
      <td class="bar-column">
        <Bar to={length(step.bought_dollars) / most} kind="bought" />
      </td>
      <td class="right">
        <Num value={step.liquidated} />
      </td>
      <td class="right">
        {step.bankrupt > 0 ? (
          <span class="chip state-bankrupt num">{grouped(String(step.bankrupt))}</span>
        ) : (
          <Num value={0} />
        )}
      </td>
      <td class="right">
        <Num value={step.share} as="percent" places={2} />
      </td>
    </tr>
  );
  return (
    <div role="group" class="scroller" tabIndex={0} aria-label={`Liquidation ladder of ${word(ladder.base)}`}>
      <table class="ladder">
        <thead>
          <tr>
            <th scope="col" class="right">
              Price
            </th>
            <th scope="col" class="bar-column">
              <span class="hidden">Sold, bar</span>
            </th>
            <th scope="col" class="right" title="Dollars that liquidations would sell">
              Sold $
            </th>
            <th scope="col" class="right" title="Dollars that liquidations would buy">
              Bought $
            </th>
            <th scope="col" class="bar-column">
              <span class="hidden">Bought, bar</span>
            </th>
            <th scope="col" class="right" title="Accounts in liquidation at this price">
              Liquidated
            </th>
            <th scope="col" class="right" title="Of them, below zero">
              Bankrupt
            </th>
            <th scope="col" class="right" title="Of the open interest">
              Share
            </th>
          </tr>
        </thead>
        <tbody>{[...ladder.steps].reverse().map(row)}</tbody>
      </table>
    </div>
  );
}

function Funds() {
  return (
    <Table
      label="Insurance funds"
      rows={overview.value?.funds ?? []}
      id={(row) => row.asset}
      empty="There is no fund."
      columns={[
        { name: "Asset", cell: (row) => row.asset },
        { name: "Fund", right: true, cell: (row) => <Num value={row.fund} places={4} /> },
      ]}
    />
  );
}

function Bearing({ rows }: { rows: Ladder["funds"] }) {
  return (
    <Table
      label="What the funds would bear"
      rows={rows}
      id={(row) => row.shock}
      columns={[
        { name: "Shock", cell: (row) => row.shock },
        { name: "Unpaid $", right: true, cell: (row) => <Num value={row.unpaid_dollars} as="compact" /> },
        {
          name: "Lacking $",
          right: true,
          cell: (row) =>
            row.sufficient ? (
              <Chip kind="good">suffices</Chip>
            ) : (
              <Chip kind="bad">
                <Num value={row.missing_dollars} as="compact" />
              </Chip>
            ),
        },
      ]}
    />
  );
}

export function LadderView() {
  const query = useQuery<Ladder>("lockstep/ladder", {}, { every: 1_500 });
  const wanted = route.value.query.get("base");
  return (
    <>
      <h1 class="title">Liquidation ladder</h1>
      <Answer
        of={query}
        slow="The service puts every account through every move of every price. A hundred thousand accounts take it some seconds."
      >
        {(data) => {
          const ladder = data.ladders.find((one) => word(one.base) === wanted) ?? data.ladders[0];
          if (!ladder) return <Empty>Nothing is held, so no price liquidates anybody.</Empty>;
          return (
            <>
              <nav class="tabs" aria-label="Underlyings">
                {data.ladders.map(({ base }) => (
                  <a
                    key={base}
                    href={href("ladder", [], { base: word(base) })}
                    aria-current={base === ladder.base ? "page" : undefined}
                    onClick={(event) => {
                      event.preventDefault();
                      go(href("ladder", [], { base: word(base) }), true);
                    }}
                  >
                    {word(base)}
                  </a>
                ))}
              </nav>
              <div class="grid ladder-grid">
                <Panel
                  title={ladder.base ? `If ${ladder.base} moved` : "If everything moved"}
                  flush
                  aside={
                    <span class="faint">
                      <Num value={ladder.accounts} /> accounts, <Num value={ladder.open_dollars} places={0} />{" "}
                      $ open, at <Position at={data.position} />
                    </span>
                  }
                >
                  <Rungs ladder={ladder} />
                </Panel>
                <div class="stack">
                  <Panel title="Insurance funds" flush>
                    <Funds />
                  </Panel>
                  <Panel title="What the funds would bear" flush>
                    <Bearing rows={data.funds} />
                  </Panel>
                </div>
              </div>
            </>
          );
        }}
      </Answer>
    </>
  );
}
