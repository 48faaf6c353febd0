// A changed rulebook on its way into force, as two operators do it with the buttons of the page.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { violations } from "./accessibility.mjs";
import { nothingWrong, open, picture, rows } from "./browser.mjs";
import { rulebook, secretOf, withServing } from "./serving.mjs";

async function signedIn(serving, id) {
  const page = await open(`${serving.url}/#/epochs`);
  await page.getByLabel("Client id").fill(id);
  await page.getByLabel("Client secret").fill(secretOf(id));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Epochs" }).waitFor();
  return page;
}

// Ten times the maintenance margin of portfolios.
const stricter = () =>
  `${rulebook("deribit")
    .replace(/^version .*/m, 'version = "stricter"')
    .replaceAll("0.8 * (scenarios", "8 * (scenarios")}\n[epochs]\napprovals = "1"\n`;

const epochs = (page) => page.getByRole("group", { name: "Epochs of deribit" }).locator("table");
const row = async (page) => (await rows(epochs(page)))[0];
const act = (page, name) => page.getByRole("button", { name: `${name} epoch 2` }).click();
const inDialog = (page, name) => page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
const closed = (page) => page.getByRole("dialog").waitFor({ state: "detached" });

async function preview(page, serving, params) {
  await page.getByText("accounts cross a level").waitFor();
  const found = await serving.call("lockstep/preview", params);
  const table = (label) => page.getByRole("group", { name: label, exact: true }).locator("table");
  assert.deepEqual(
    await rows(table("Levels")),
    found.levels.map((l) => [l.level, l.before, l.after, l.entered, l.left].map(String)),
  );
  assert(found.accounts.length > 0, "ten times the margin moves nobody");
  assert.deepEqual(
    (await rows(table("Accounts that cross a level"))).map((cells) => [cells[0], cells[1], cells[2], cells[4]]),
    found.accounts.map((a) => [a.account, a.before.state, a.after.state, a.after.room]),
  );
}

async function propose(page, serving, folder) {
  await page.getByLabel("Rulebook file").fill(stricter());
  await page.getByRole("button", { name: "Preview", exact: true }).click();
  await preview(page, serving, { rulebook_text: stricter() });
  writeFileSync(join(folder, "stricter.toml"), stricter());
  await page.getByLabel("Rulebook file").fill("");
  await page.getByLabel("or from disk").setInputFiles(join(folder, "stricter.toml"));
  await page.getByLabel("Note, for a proposal").fill("after the move of 10 October");
  await page.getByRole("button", { name: "Propose" }).click();
  await page.getByRole("status").getByText("Proposed as deribit, epoch 2.").waitFor();
  await epochs(page).getByText("proposed", { exact: true }).waitFor();
  assert.deepEqual((await row(page)).slice(0, 4), ["2", "proposed", "alice", "0 of 1"]);
  const changes = await page.getByRole("list", { name: "Changes" }).getByRole("listitem").allTextContents();
  assert(changes.some((line) => line.includes("0.8 * (scenarios") && line.includes("8 * (scenarios")), changes.join("\n"));
}

async function refusals(page) {
  await act(page, "Approve");
  await inDialog(page, "Approve");
  const alert = page.getByRole("dialog").getByRole("alert");
  await alert.waitFor();
  assert.equal(await alert.textContent(), "approved by proposer (6007): who proposes an epoch does not approve it: that takes somebody else");
  await picture(page, "epochs-own-approval");
  assert.deepEqual(await violations(page), []);
  await inDialog(page, "Back");
  await act(page, "Schedule");
  await inDialog(page, "Schedule");
  await alert.getByText("epoch not approved (6009)").waitFor();
  await page.keyboard.press("Escape");
  await closed(page);
}

async function schedule(page, serving) {
  await act(page, "Approve");
  await page.getByRole("dialog").getByText("It changes").waitFor();
  await page.getByRole("dialog").getByLabel("Note").fill("numbers checked");
  await inDialog(page, "Approve");
  await closed(page);
  await epochs(page).getByText("1 of 1", { exact: true }).waitFor();
  await act(page, "Schedule");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Comes into force").selectOption("at log position");
  const at = (await serving.position()) + 40;
  await dialog.getByRole("textbox", { name: "Position" }).fill(String(at));
  await picture(page, "epochs-schedule");
  assert.deepEqual(await violations(page), []);
  await inDialog(page, "Schedule");
  await closed(page);
  await epochs(page).getByText("scheduled", { exact: true }).waitFor();
  assert.equal((await row(page))[4], `Log position ${at}`);
  await picture(page, "epochs-scheduled", true);
  assert.deepEqual(await violations(page), []);
  return at;
}

export const epochsByHand = [
  {
    name: "epochs: one proposes and may not approve, another approves and schedules, it comes into force where it was said",
    run: () =>
      withServing(["alice", "bob"], "100 ms", async (serving, folder) => {
        const alice = await signedIn(serving, "alice");
        await propose(alice, serving, folder);
        await refusals(alice);
        const bob = await signedIn(serving, "bob");
        await act(bob, "Preview");
        await preview(bob, serving, { rulebook: "deribit", epoch: 2 });
        const at = await schedule(bob, serving);
        for (const page of [alice, bob]) {
          await epochs(page).getByText("retired", { exact: true }).waitFor();
          await page.getByText("epoch 2 in force").waitFor();
          const [version, before] = await rows(epochs(page));
          assert.deepEqual(version.slice(0, 6), ["2", "active", "alice", "bob", `Log position ${at}`, "stricter"]);
          assert.deepEqual(before.slice(0, 2), ["1", "retired"]);
          assert.equal(await page.getByRole("button", { name: "Approve epoch 2" }).count(), 0);
        }
        const { rulebooks } = await serving.call("lockstep/epochs");
        const { active, epochs: all } = rulebooks.find((one) => one.rulebook === "deribit");
        assert.deepEqual([active, all[1].status, all[1].at_position], [2, "active", at]);
        await picture(bob, "epochs-in-force");
        for (const page of [alice, bob]) {
          nothingWrong(page);
          await page.context().close();
        }
      }),
  },
  {
    name: "epochs: in steps from a time on, the steps are not approved by themselves, and it can be cancelled",
    run: () =>
      withServing(["alice", "bob"], "100 ms", async (serving) => {
        const milder = rulebook("deribit").replace('"BTC/BTC"  = { initial = "2 %"', '"BTC/BTC"  = { initial = "2.4 %"');
        await serving.call("lockstep/propose", { rulebook_text: milder });
        const page = await signedIn(serving, "bob");
        await act(page, "Approve");
        await inDialog(page, "Approve");
        await closed(page);
        await act(page, "Schedule");
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Comes into force").selectOption("at log time");
        await dialog.getByLabel("Time, UTC").fill("2099-12-31T22:30");
        await dialog.getByLabel("Steps").fill("2");
        await inDialog(page, "Schedule");
        assert.equal(await dialog.locator("[name=every]").evaluate((input) => input.validity.valueMissing), true);
        await dialog.getByLabel("one every").fill("1 h");
        await inDialog(page, "Schedule");
        await closed(page);
        await epochs(page).getByText("step to 2").waitFor();
        assert.deepEqual(
          (await rows(epochs(page))).map((cells) => cells.slice(0, 5)),
          [
            ["3", "scheduled step to 2", "alice", "–", "2099-12-31 22:30:00 UTC"],
            ["2", "scheduled", "alice", "bob 1 of 1", "2099-12-31 23:30:00 UTC"],
            ["1", "active", "founder", "–", "Log position 21"],
          ],
        );
        assert.equal(await page.getByRole("button", { name: "Approve epoch 3" }).count(), 0);
        await act(page, "Cancel");
        await inDialog(page, "Cancel this epoch");
        await closed(page);
        await epochs(page).getByText("cancelled").first().waitFor();
        const { rulebooks } = await serving.call("lockstep/epochs");
        const { epochs: all } = rulebooks.find((one) => one.rulebook === "deribit");
        assert.deepEqual((await rows(epochs(page))).map((cells) => cells[1].split(" ")[0]), all.map((one) => one.status).reverse());
        nothingWrong(page);
        await page.context().close();
      }),
  },
];
