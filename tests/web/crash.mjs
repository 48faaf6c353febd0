// A market moved by hand: the page follows at once.
import assert from "node:assert/strict";
import { figure, picture, rows, view, withPage } from "./browser.mjs";

const SAMPLES = 20;

export const crash = [
  {
    name: "live: how long after a command is accepted the page shows it",
    run: (service) =>
      withPage(service.page, async (page) => {
        await view(page, "#/overview");
        await page.getByText("Live").waitFor();
        await page.evaluate(() => {
          globalThis.seen = [];
          const cell = [...document.querySelectorAll(".facts div")].find((one) => one.textContent.startsWith("Position"));
          new MutationObserver(() => {
            const position = Number(cell.querySelector("dd").textContent.replaceAll(",", ""));
            globalThis.seen.push([position, Date.now()]);
          }).observe(cell, { subtree: true, characterData: true, childList: true });
        });
        const delays = [];
        for (let i = 0; i < SAMPLES; ++i) {
          const { position } = await service.call("lockstep/move_market", { base: "BTC", percent: i % 2 ? "-0.01" : "0.01" });
          const answered = Date.now();
          await page.waitForFunction((at) => globalThis.seen.some(([seen]) => seen >= at), position);
          const shown = await page.evaluate((at) => globalThis.seen.find(([seen]) => seen >= at)[1], position);
          delays.push(Math.max(0, shown - answered));
        }
        delays.sort((a, b) => a - b);
        console.log(`        shown ${delays[SAMPLES / 2]} ms (median), ${delays[SAMPLES - 1]} ms (most) after the answer`);
      }),
  },
  {
    name: "crash: -15 % by the button turns accounts red and moves the ladder",
    run: (service) =>
      withPage(service.page, async (page) => {
        await view(page, "#/ladder?base=BTC");
        const before = { ladder: await rows(page.locator("table.ladder")), now: await service.call("lockstep/overview") };
        await view(page, "#/overview");
        await page.getByRole("button", { name: "Move market" }).click();
        const dialog = page.getByRole("dialog");
        assert.equal(await dialog.getByLabel("Prices, percent").inputValue(), "-15");
        await dialog.getByRole("button", { name: "Move the market" }).click();
        await dialog.waitFor({ state: "detached" });
        await service.atRest();
        const now = await service.call("lockstep/overview");
        assert(Number(now.lead.price) < Number(before.now.lead.price) * 0.9, "the lead index has not fallen");
        assert(now.liquidation.accounts > before.now.liquidation.accounts, "nobody entered liquidation");
        await page.waitForFunction((price) => document.querySelector(".facts .num").title.includes(price) || document.querySelector(".facts .num").textContent.replaceAll(",", "") === price, now.lead.price);
        for (const state of ["normal", "call", "reduce_only", "liquidation", "bankrupt"]) {
          assert.equal(await figure(page.locator(`.state-counts [data-state=${state}] .num`)), String(now.accounts[state]), state);
        }
        await picture(page, "crash-overview", true);
        const red = ["liquidation", "bankrupt", "reduce_only", "call"].find((state) => now.accounts[state] > 0);
        assert(red, "every account is normal after a fall by 15 %");
        await view(page, `#/accounts?states=${red}`);
        assert((await page.locator(`.g-space .chip.state-${red}`).count()) > 0);
        await picture(page, "crash-accounts");
        await view(page, "#/accounts");
        await page.locator(".g-space .g-row a").first().waitFor();
        const cut = await page.locator(".g-space [role=gridcell]").evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent));
        assert.deepEqual(cut, [], "cells are cut off");
        await view(page, "#/ladder?base=BTC");
        assert.notDeepEqual(await rows(page.locator("table.ladder")), before.ladder);
        await picture(page, "crash-ladder");
      }),
  },
];
