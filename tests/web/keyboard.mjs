// The page without a mouse.
import assert from "node:assert/strict";
import { view, withPage } from "./browser.mjs";

export const keyboard = [
  {
    name: "keyboard: skip link, views by letters, filter by slash, rows by arrows, back to the same row",
    run: (service) =>
      withPage(service.page, async (page) => {
        await page.getByText("Live").waitFor();
        await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
        await page.keyboard.press("Enter");
        assert.equal(await page.evaluate(() => document.activeElement.id), "main");
        await page.keyboard.press("g");
        await page.keyboard.press("a");
        await page.getByRole("heading", { name: "Accounts" }).waitFor();
        await page.locator(".g-space .g-row a").first().waitFor();
        await page.keyboard.press("/");
        await page.waitForFunction(() => document.activeElement.tagName === "INPUT");
        await page.keyboard.type("binance");
        await page.waitForFunction(() => location.hash.includes("filter=binance"));
        await page.waitForFunction(() => document.querySelector(".g-space .g-row a")?.textContent.startsWith("binance"));
        await page.locator("[role=grid]").focus();
        for (let i = 0; i < 40; ++i) await page.keyboard.press("ArrowDown");
        const row = page.locator("#row-40 a");
        const name = await row.textContent();
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name }).waitFor();
        await page.goBack();
        await row.waitFor();
        assert.equal(await page.locator("[aria-selected=true]").getAttribute("id"), "row-40");
        assert((await page.locator("[role=grid]").evaluate((grid) => grid.scrollTop)) > 0);
      }),
  },
  {
    name: "keyboard: the heat map is walked with arrows and read out",
    run: (service) =>
      withPage(service.page, async (page) => {
        const { rows } = await service.call("lockstep/accounts", { filter: "deribit", limit: 1 });
        await view(page, `#/account/${rows[0].account}/heat`);
        await page.locator(".heat td[tabindex='0']").focus();
        const before = await page.locator(".readout").textContent();
        await page.keyboard.press("ArrowUp");
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press("ArrowLeft");
        assert.notEqual(await page.locator(".readout").textContent(), before);
      }),
  },
];
