// axe over every view, at two widths and in both themes; a picture of each.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { picture, view, withPage } from "./browser.mjs";
import { someAccount } from "./figures.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const views = (account) => ({
  overview: "#/overview",
  accounts: "#/accounts",
  account: `#/account/${account}`,
  positions: `#/account/${account}/positions`,
  statement: `#/account/${account}/statement`,
  heat: `#/account/${account}/heat`,
  "what-if": `#/what-if?account=${account}&if=price BTC -12 %25&if=cancel all`,
  ladder: "#/ladder",
  stress: "#/stress",
  surface: "#/surface",
  epochs: "#/epochs",
  replicas: "#/replicas",
  log: "#/log",
  rule: "#/rule/5.4",
});

export async function violations(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations: all } = await axe.run(document, { resultTypes: ["violations"] });
    return all.map((one) => `${one.impact} ${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
  });
}

// Tables that a wide screen should show whole.
const cutOff = (page) =>
  page.locator(".scroller").evaluateAll((all) =>
    all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.getAttribute("aria-label")),
  );

// Links that say where one is, and cannot be seen.
const outOfSight = (page) =>
  page.locator(".places [aria-current], .tabs [aria-current]").evaluateAll((all) =>
    all
      .filter((one) => one.getBoundingClientRect().right > innerWidth || one.getBoundingClientRect().left < 0)
      .map((one) => one.textContent),
  );

const test = (width, theme) => ({
  name: `accessibility: ${width} pixels, ${theme}`,
  run: (service) =>
    withPage(
      service.page,
      async (page) => {
        const wrong = [];
        const account = await someAccount(service);
        for (const [name, hash] of Object.entries(views(account))) {
          await view(page, hash);
          await picture(page, `${name}-${width}-${theme}`, name !== "accounts" && name !== "log");
          wrong.push(...(await violations(page)).map((one) => `${name}: ${one}`));
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          if (over > 0) wrong.push(`${name}: ${over} pixels wider than the screen`);
          wrong.push(...(await outOfSight(page)).map((link) => `${name}: "${link}", where one is, is out of sight`));
          if (width > 700) wrong.push(...(await cutOff(page)).map((label) => `${name}: the table "${label}" is cut off`));
        }
        if (wrong.length) throw new Error(wrong.join("\n"));
      },
      { viewport: { width, height: width > 700 ? 860 : 844 }, colorScheme: theme },
    ),
});

export const accessibility = [
  test(1280, "light"),
  test(1280, "dark"),
  test(390, "light"),
  test(390, "dark"),
  {
    name: "accessibility: the form to sign in",
    run: (service) =>
      withPage(service.url, async (page) => {
        await page.getByLabel("Client id").waitFor();
        await picture(page, "sign-in");
        const wrong = await violations(page);
        if (wrong.length) throw new Error(wrong.join("\n"));
      }),
  },
];
