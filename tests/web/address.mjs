// Addresses: what they name is there after a reload, back leads back, and a wrong one is said.
import assert from "node:assert/strict";
import { view, withPage } from "./browser.mjs";
import { someAccount } from "./figures.mjs";

const settled = async (page) => {
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() => !document.querySelector(".bone"));
};
const words = (page) => page.locator("main").innerText();

export const addresses = [
  {
    name: "address: every view is the same after a reload, and back leads to the one before",
    run: (service) =>
      withPage(service.page, async (page) => {
        await page.getByText("Live").waitFor();
        const account = await someAccount(service);
        const all = [`account/${account}/positions`, `account/${account}/heat`, "accounts?filter=binance&sort=equity", "ladder?base=ETH", "surface?index=ETH-USD", "epochs?rulebook=binance-usdm", "replicas", "log?from=500", "rule/5.4"];
        for (const hash of all) {
          await view(page, `#/${hash}`);
          const before = await words(page);
          const title = await page.title();
          await page.reload();
          await settled(page);
          await page.waitForFunction((text) => document.querySelector("main").innerText === text, before);
          assert.equal(await page.title(), title);
        }
        await page.goBack();
        await page.waitForFunction(() => location.hash === "#/log?from=500");
        await settled(page);
        assert.equal(await page.locator("table.log tbody th").first().textContent(), "500");
      }),
  },
  {
    name: "address: a what-if that was put together survives a reload",
    run: (service) =>
      withPage(service.page, async (page) => {
        const account = await someAccount(service);
        for (const hash of [`#/what-if?account=${account}`, `#/account/${account}/what-if`]) {
          await view(page, hash);
          await page.getByLabel("Kind").selectOption("price");
          await page.locator("[name=part0]").fill("BTC");
          await page.locator("[name=part1]").fill("-12");
          await page.getByRole("button", { name: "Add" }).click();
          await page.locator("table.compare").waitFor();
          await page.reload();
          await page.locator("table.compare").waitFor();
          assert.deepEqual(await page.locator(".changes code").allTextContents(), ["price BTC -12 %"]);
        }
      }),
  },
  {
    name: "address: one that leads nowhere is said, and leads on",
    run: (service) =>
      withPage(service.page, async (page) => {
        await view(page, "#/nonsense");
        await page.getByText('There is no view "nonsense"').waitFor();
        assert.match(await page.title(), /^Not found/);
        await page.goto(`${service.url}/#/account/100%`);
        await page.getByRole("alert").getByText('there is no account "100%"').waitFor();
        await page.goto(`${service.url}/#/rule/99.9`);
        await page.getByText("There is no rule 99.9").waitFor();
        await view(page, "#/nonsense");
        await page.locator("main").getByRole("link", { name: "overview" }).click();
        await page.getByRole("heading", { name: "Overview" }).waitFor();
      }),
  },
];
