// Every view shows the service's figures, digit for digit; what-if those of the command line.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { figure, rows, view, withPage } from "./browser.mjs";

// Somebody with options and a perpetual, and most holdings: there is most to show.
export async function someAccount(service) {
  const { rows: all } = await service.call("lockstep/accounts", { filter: "deribit", sort: "usage", limit: 200 });
  const busy = all.filter((row) => row.state === "normal" && row.holdings > 2);
  for (const { account } of busy) {
    const { holdings } = await service.call("lockstep/account", { account });
    const kinds = holdings.map((holding) => holding.kind);
    if (kinds.includes("perpetual") && kinds.includes("option")) return account;
  }
  throw new Error("nobody holds a perpetual and options");
}

const cut = (text, places) => {
  const [whole, fraction = ""] = text.split(".");
  const digits = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return places ? `${digits}.${fraction.slice(0, places).padEnd(places, "0")}` : digits;
};

export const figures = [
  {
    name: "overview: sums, states, funds and indexes are the service's",
    run: (service) =>
      withPage(service.page, async (page) => {
        await view(page, "#/overview");
        const now = await service.call("lockstep/overview");
        const shown = await page.locator("dl.figures dd").allTextContents();
        const expected = [now.equity_dollars, now.initial_dollars, now.maintenance_dollars, now.called_dollars];
        assert.deepEqual(shown.slice(0, 4), expected.map((text) => cut(text, 0)));
        for (const state of ["normal", "call", "liquidation", "bankrupt", "unjudged"]) {
          const cell = page.locator(`.state-counts [data-state=${state}] .num`);
          assert.equal(await figure(cell), String(now.accounts[state]), state);
        }
        const funds = await rows(page.getByRole("group", { name: "Insurance funds" }).locator("table"));
        assert.deepEqual(funds, now.funds.map((row) => [row.asset, row.fund, row.fees]));
        const indexes = await rows(page.getByRole("group", { name: "Indexes" }).locator("table"));
        assert.deepEqual(indexes.map((row) => row.slice(0, 2)), now.indexes.map((row) => [row.name, row.price]));
        const charts = page.locator("canvas");
        assert.equal(await charts.count(), 3);
      }),
  },
  {
    name: "accounts: the page of the service, in its order, however far down",
    run: (service) =>
      withPage(service.page, async (page) => {
        await view(page, "#/accounts?sort=equity");
        const { rows: first, total } = await service.call("lockstep/accounts", { sort: "equity", limit: 10 });
        const shown = page.locator(".g-space .g-row");
        await page.getByText(first[0].account, { exact: true }).waitFor();
        assert.equal(await page.locator("[role=grid]").getAttribute("aria-rowcount"), String(total + 1));
        for (const [i, row] of first.entries()) {
          const cells = shown.nth(i).locator("[role=gridcell]");
          assert.equal(await cells.nth(0).textContent(), row.account);
          assert.equal(await figure(cells.nth(3)), row.equity_dollars);
          assert.equal(await figure(cells.nth(5)), row.maintenance_dollars);
        }
        await page.locator("[role=grid]").focus();
        await page.keyboard.press("End");
        const { rows: last } = await service.call("lockstep/accounts", { sort: "equity", offset: total - 1, limit: 1 });
        await page.getByText(last[0].account, { exact: true }).waitFor();
        assert((await shown.count()) < 100, "all rows are in the document");
      }),
  },
  {
    name: "accounts: one that cannot be judged is not shown as one that needs nothing",
    run: (service) =>
      withPage(service.page, async (page) => {
        const { total } = await service.call("lockstep/accounts", { limit: 1 });
        const { rows: last } = await service.call("lockstep/accounts", { sort: "usage", offset: total - 50, limit: 50 });
        const { account } = last.find((row) => row.usage === "");
        await view(page, `#/accounts?filter=${account}`);
        const cells = page.locator(".g-space .g-row [role=gridcell]");
        await page.locator(".g-space .g-row a").waitFor();
        assert.deepEqual((await cells.allTextContents()).slice(0, 7), [account, "not judged", "–", "–", "–", "–", "–"]);
        const { obstacle_text: why } = await service.call("lockstep/account", { account });
        for (const tab of ["margin", "statement", "heat"]) {
          await view(page, `#/account/${account}/${tab}`);
          await page.getByText(`The margin of this account cannot be computed: ${why}`).waitFor();
        }
      }),
  },
  {
    name: "account: pools, balances, waterfall and statement are the service's",
    run: (service) =>
      withPage(service.page, async (page) => {
        const name = await someAccount(service);
        const account = await service.call("lockstep/account", { account: name, prices: true });
        await view(page, `#/account/${name}`);
        const table = (label) => page.getByRole("group", { name: label, exact: true }).locator("table");
        assert.deepEqual(
          await rows(table("Pools")),
          account.pools.map((p) => [p.pool, p.asset, p.equity, p.margin_balance, p.initial, p.maintenance, p.available]),
        );
        assert.deepEqual(await rows(table("Balances")), account.balances.map((b) => [b.asset, b.amount]));
        for (const { pool, steps } of account.waterfall) {
          const shown = await rows(table(`Margin waterfall of ${pool}`));
          assert.deepEqual(shown.map((row) => [row[0], row[1], row[2]]), steps.map((s) => [s.label, `§${s.rule}`, s.amount]));
        }
        const { lines } = await service.call("lockstep/statement", { account: name });
        await view(page, `#/account/${name}/statement`);
        const tops = lines.filter((line) => line.depth === 0);
        await page.getByRole("button", { name: "Open all" }).click();
        assert.equal(await page.locator("table.statement tbody tr").count(), lines.length);
        await page.getByRole("button", { name: "Close all" }).click();
        const shown = await rows(page.locator("table.statement"));
        assert.deepEqual(shown.map((row) => row.slice(0, 3)), tops.map((l) => [l.label, `§${l.rule}`, l.amount]));
        await page.locator("a.rule").first().click();
        await page.getByRole("heading", { name: new RegExp(`^${tops[0].rule} `) }).waitFor();
      }),
  },
  {
    name: "heat map: every cell, and the worst is marked",
    run: (service) =>
      withPage(service.page, async (page) => {
        const name = await someAccount(service);
        const map = await service.call("lockstep/heat_map", { account: name });
        await view(page, `#/account/${name}/heat`);
        const cells = await page.locator(".heat td").evaluateAll((all) => all.map((cell) => cell.title));
        const expected = map.volatilities.flatMap((_, v) => map.prices.map((_, p) => map.cells[p][v]));
        assert.deepEqual(cells.map((text) => text.replace(": the worst", "")), expected);
        const worst = await page.locator(".heat td.worst").getAttribute("title");
        assert.equal(worst, `${map.cells[map.worst.price][map.worst.volatility]}: the worst`);
      }),
  },
  {
    name: "what if: the form says what the command line says, to the last digit",
    run: (service) =>
      withPage(service.page, async (page) => {
        const name = await someAccount(service);
        const { holdings } = await service.call("lockstep/account", { account: name });
        const held = holdings.find((one) => one.kind === "perpetual");
        const changes = ["price BTC -12 %", "volatility BTC 25 %", `trade ${held.instrument} ${held.size}`];
        await view(page, `#/what-if?account=${name}`);
        const add = async (kind, ...parts) => {
          await page.getByLabel("Kind").selectOption(kind);
          for (const [i, part] of parts.entries()) await page.locator(`[name=part${i}]`).fill(part);
          await page.getByRole("button", { name: "Add" }).click();
        };
        await add("price", "BTC", "-12");
        await add("volatility", "BTC", "25");
        await add("trade", held.instrument, held.size);
        assert.deepEqual(await page.locator(".changes code").allTextContents(), changes);
        const ifs = changes.flatMap((text) => ["--if", text]);
        const said = service.commandLine("what-if", "--account", name, "--liquidation-prices", ...ifs);
        const table = page.locator("table.compare");
        await page.waitForFunction(
          (state) => document.querySelector("table.compare tbody td:nth-child(3)")?.textContent === state,
          said.after.state.replace("_", " "),
        );
        const keys = ["equity", "margin_balance", "initial", "maintenance", "available"];
        const pools = said.before.pools.flatMap((pool, i) => keys.map((key) => [pool[key], said.after.pools[i][key]]));
        const shown = await rows(table);
        assert.deepEqual(shown.slice(1, 1 + pools.length).map((row) => row.slice(1)), pools);
        const verdict = page.locator(".verdict");
        if (said.allowed) await verdict.getByText("allowed").waitFor();
        else assert.equal(await figure(verdict.locator("b")), said.missing);
      }),
  },
  {
    name: "ladder: every step of every underlying",
    run: (service) =>
      withPage(service.page, async (page) => {
        const { ladders } = await service.call("lockstep/ladder");
        for (const ladder of ladders) {
          await view(page, `#/ladder?base=${ladder.base || "all"}`);
          const shown = await rows(page.locator("table.ladder"));
          const expected = [...ladder.steps].reverse();
          assert.deepEqual(shown.map((row) => [row[2], row[3], row[5]]), expected.map((s) => [s.sold_dollars, s.bought_dollars, String(s.liquidated)]));
        }
      }),
  },
  {
    name: "surface: expiries and strikes",
    run: (service) =>
      withPage(service.page, async (page) => {
        const data = await service.call("lockstep/surface");
        await view(page, "#/surface");
        const shown = await rows(page.getByRole("group", { name: "Expiries" }).locator("table"));
        assert.deepEqual(shown.map((row) => [row[0], row[1]]), data.expiries.map((e) => [e.expiry.slice(0, 10), e.forward || "–"]));
        assert.equal(await page.locator("canvas").count(), 2);
      }),
  },
  {
    name: "stress, epochs, replicas and log show what the service says",
    run: (service) =>
      withPage(service.page, async (page) => {
        const stress = await service.call("lockstep/stress");
        await view(page, "#/stress");
        const shocks = await rows(page.getByRole("group", { name: "Shocks" }).locator("table"));
        assert.deepEqual(shocks.map((row) => [row[0], row[3], row[5]]), stress.shocks.map((s) => [s.shock, s.unpaid, s.fund]));
        const { rulebooks } = await service.call("lockstep/epochs");
        await view(page, "#/epochs");
        for (const book of rulebooks) await page.getByRole("heading", { name: book.rulebook, exact: true }).waitFor();
        const replicas = await service.call("lockstep/replicas");
        await view(page, "#/replicas");
        for (const { name } of replicas.replicas) await page.getByRole("rowheader", { name, exact: true }).waitFor();
        const agree = replicas.ticks.filter((tick) => tick.agrees).length;
        await page.getByText(`${agree} of ${replicas.ticks.length} comparisons agree`).waitFor();
        assert.equal(await page.locator(".ticks .wrong").count(), 0);
        const log = await service.call("lockstep/log", { limit: 5 });
        await view(page, "#/log");
        const lines = await page.locator("table.log tbody th").allTextContents();
        assert.deepEqual(lines.slice(0, 5).map((text) => text.trim()), log.rows.map((row) => String(row.position)));
        await page.getByRole("link", { name: "older" }).click();
        await page.getByText("« newest").waitFor();
      }),
  },
  {
    name: "preview: what is wrong with a rulebook is said, a good one is compared",
    run: (service) =>
      withPage(service.page, async (page) => {
        await view(page, "#/epochs");
        await page.getByLabel("Rulebook file").fill("name = 3");
        await page.getByRole("button", { name: "Preview" }).click();
        await page.getByRole("alert").waitFor();
        const text = readFileSync(new URL("../../rulebooks/deribit.toml", import.meta.url), "utf8");
        await page.getByLabel("Rulebook file").fill(text);
        await page.getByRole("button", { name: "Preview" }).click();
        const found = await service.call("lockstep/preview", { rulebook_text: text });
        await page.getByText("accounts cross a level").waitFor();
        const levels = await rows(page.getByRole("group", { name: "Levels" }).locator("table"));
        assert.deepEqual(levels.map((row) => row.slice(0, 3)), found.levels.map((l) => [l.level, String(l.before), String(l.after)]));
      }),
  },
];
