// Who may look: the token of the printed address, or the id and secret of a key.
import assert from "node:assert/strict";
import { nothingWrong, open, view, withPage } from "./browser.mjs";

export const signIn = [
  {
    name: "the printed address signs in, and the token does not stay in it",
    run: (service) =>
      withPage(service.page, async (page) => {
        await page.getByText("Live").waitFor();
        assert.equal(new URL(page.url()).hash, "#/");
        await page.reload();
        await page.getByText("Live").waitFor();
      }),
  },
  {
    name: "the printed address can be opened twice",
    run: async (service) => {
      const pages = [await open(service.page), await open(service.page)];
      for (const page of pages) {
        await page.getByText("Live").waitFor();
        nothingWrong(page);
        await page.context().close();
      }
    },
  },
  {
    name: "without a token there is a form; a wrong secret is said, the right one signs in and out",
    run: (service) =>
      withPage(service.url, async (page) => {
        await page.getByLabel("Client id").fill("operator");
        await page.getByLabel("Client secret").fill("wrong");
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("alert").getByText("invalid credentials").waitFor();
        await page.getByLabel("Client secret").fill(service.secret);
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByText("Live").waitFor();
        const stored = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
        assert(!stored.includes(service.secret), "the secret is kept");
        await page.getByRole("button", { name: "Sign out" }).click();
        await page.getByLabel("Client id").waitFor();
        await page.reload();
        await page.getByLabel("Client id").waitFor();
      }),
  },
  {
    name: "a token that is not known leads to the form and says why",
    run: (service) =>
      withPage(`${service.url}/#token=${"0".repeat(64)}`, async (page) => {
        await page.getByRole("status").getByText("not known here").waitFor();
        await page.getByLabel("Client id").waitFor();
      }),
  },
  {
    name: "a trader sees its own accounts, nothing that it may not, and no error",
    run: (service) =>
      withPage(service.url, async (page) => {
        await page.getByLabel("Client id").fill("trader");
        await page.getByLabel("Client secret").fill(service.traderSecret);
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByText("Live").waitFor();
        await view(page, "#/accounts");
        const own = await page.locator(".g-space .g-row a").allTextContents();
        const { party } = await service.call("lockstep/account", { account: own[0] });
        const { rows: named } = await service.call("lockstep/accounts", { filter: party, limit: 500 });
        const expected = named.filter((row) => row.party === party).map((row) => row.account);
        assert.deepEqual(own.sort(), expected.sort());
        const places = await page.getByRole("navigation", { name: "Views" }).locator("a").allTextContents();
        assert.deepEqual(places, ["Overview", "Accounts", "What if", "Surface", "Epochs", "Replicas"]);
        for (const hash of ["#/overview", `#/account/${own[0]}`, `#/account/${own[0]}/heat`, "#/surface", "#/epochs", "#/replicas"]) {
          await view(page, hash);
          assert.equal(await page.getByRole("alert").count(), 0, hash);
          assert.equal(await page.getByRole("button", { name: "Move market" }).count(), 0, hash);
        }
        await view(page, "#/account/deribit-00001");
        await page.getByRole("alert").getByText("not found").waitFor();
      }),
  },
];
