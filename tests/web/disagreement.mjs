// A bit that flips in the memory of the running service: its state is not the writer's any more, and the page
// says so at its top.
import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { violations } from "./accessibility.mjs";
import { nothingWrong, open, picture, view } from "./browser.mjs";
import { until } from "./service.mjs";
import { secretOf, withServing } from "./serving.mjs";

const ACCOUNT = "binance-usdm-00001";
const DECIMALS = 6; // of USDT
const BLOCK = 1 << 24;

const deposit = (serving, amount) =>
  serving.call("lockstep/command", { command: "deposit", account: ACCOUNT, asset: "USDT", amount });

async function balance(serving) {
  const { balances } = await serving.call("lockstep/account", { account: ACCOUNT });
  return balances.find((one) => one.asset === "USDT").amount;
}

// Where the eight bytes stand in memory that the process may write.
function places(memory, pid, bytes) {
  const found = [];
  const block = Buffer.alloc(BLOCK);
  for (const line of readFileSync(`/proc/${pid}/maps`, "latin1").split("\n")) {
    const [, first, last] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    if (!first) continue;
    const [begin, end] = [first, last].map((text) => Number.parseInt(text, 16));
    if (end - begin > 2 ** 32) continue; // reserved by a sanitizer, not used
    for (let from = begin; from < end; from += BLOCK) {
      let read = 0;
      try {
        read = readSync(memory, block, 0, Math.min(BLOCK, end - from), from);
      } catch {
        break; // what the kernel keeps for itself
      }
      const seen = block.subarray(0, read);
      for (let at = seen.indexOf(bytes); at >= 0; at = seen.indexOf(bytes, at + 1)) found.push(from + at);
    }
  }
  return found;
}

function mayReach(pid) {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, "r+"));
    return true;
  } catch (error) {
    if (["EACCES", "EPERM", "ENOENT", "EROFS"].includes(error.code)) return false;
    throw error;
  }
}

// Of all places where a balance stands, the one that the service answers from: the writer has its own.
async function flip(serving) {
  await deposit(serving, "123456789.012345");
  await deposit(serving, "7654321.5");
  const before = await balance(serving);
  const [whole, fraction = ""] = before.split(".");
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(whole + fraction.padEnd(DECIMALS, "0")));
  const memory = openSync(`/proc/${serving.process.pid}/mem`, "r+");
  try {
    for (const at of places(memory, serving.process.pid, bytes)) {
      writeSync(memory, Buffer.of(bytes[0] ^ 1), 0, 1, at);
      if ((await balance(serving)) !== before) return;
      writeSync(memory, bytes, 0, 1, at);
    }
  } finally {
    closeSync(memory);
  }
  throw new Error("the service's balance was not found in its memory");
}

export const disagreement = [
  {
    name: "hashes: a bit flips in the service's memory, and every view turns red at the top",
    run: () =>
      withServing(["ops"], "10 ms", async (serving) => {
        const page = await open(`${serving.url}/#/overview`);
        await page.getByLabel("Client id").fill("ops");
        await page.getByLabel("Client secret").fill(secretOf("ops"));
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByText("Live").waitFor();
        assert.equal(await page.locator(".top.wrong").count(), 0);
        if (!mayReach(serving.process.pid)) return console.log("skipped: this machine lets nobody into a process's memory");
        await flip(serving);
        await deposit(serving, "1");
        await until("a comparison that fails", async () => (await fetch(`${serving.url}/ready`)).status === 503, 60_000);
        const { ticks } = await serving.call("lockstep/replicas");
        const { position } = ticks.find((one) => !one.agrees);
        for (const hash of ["#/overview", "#/accounts", "#/epochs", "#/replicas"]) {
          await view(page, hash);
          await page.getByRole("alert").getByText("State hashes disagree").waitFor();
          assert.match(await page.getByRole("alert").textContent(), new RegExp(`position ${position.toLocaleString("en")}\\.`));
          assert.equal(await page.locator(".top.wrong").count(), 1, hash);
        }
        await picture(page, "disagreement");
        assert.deepEqual(await violations(page), []);
        assert((await page.locator(".ticks .wrong").count()) > 0);
        nothingWrong(page);
        await page.context().close();
      }),
  },
];
