// One `lockstep run` on the built-in crash, played as fast as it goes: what it prints, what it answers, and
// what the command line says of the same log.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const BINARY = process.env.LOCKSTEP;
const START_MS = 60_000;

export const makeFolder = () => mkdtempSync(join(tmpdir(), "lockstep-web-"));
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Until it holds.
export async function until(what, holds, ms = 20_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${ms / 1000} s for: ${what}`);
    await pause(50);
  }
}

export class Service {
  // Accounts enough for every state to occur; the secret is known, so that a second start has the same keys.
  static async start(folder, port = 0, accounts = 2_000) {
    const made = new Service();
    made.folder = folder;
    const args = ["run", "--json", "--pace", "0", "--accounts", String(accounts)];
    args.push("--listen", `127.0.0.1:${port}`, "--log", join(folder, "log"));
    made.process = spawn(BINARY, args, { env: { ...process.env, LOCKSTEP_RUN_SECRET: "test" } });
    made.ended = new Promise((done) => made.process.on("exit", done));
    let errors = "";
    made.process.stderr.on("data", (text) => {
      errors += text;
    });
    const said = new Promise((done, failed) => {
      createInterface({ input: made.process.stdout }).on("line", (line) => {
        const said = line.startsWith("{") ? JSON.parse(line) : {};
        if (said.kind === "service") done(said);
      });
      made.process.on("exit", (code) => failed(new Error(`lockstep run ended with ${code}: ${errors}`)));
      setTimeout(() => failed(new Error(`lockstep run said no address within ${START_MS / 1000} s`)), START_MS).unref();
    });
    const { url, page, operator_secret: secret, trader_secret: traderSecret } = await said;
    return Object.assign(made, { url, page, secret, traderSecret, token: page.split("#token=")[1], port: Number(new URL(url).port) });
  }

  // JSON-RPC over HTTP, as the operator.
  async call(method, params = {}) {
    const response = await fetch(`${this.url}/api/v2`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = await response.json();
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  // All of the recording is played, and every row of the table is as new as the state: nothing moves any more.
  async atRest() {
    await until("the end of the recording", async () => !(await this.call("lockstep/overview")).source.running, 120_000);
    let last = "";
    await until("figures that stand still", async () => {
      const now = JSON.stringify(await this.call("lockstep/overview"));
      const same = now === last;
      last = now;
      if (!same) await pause(500);
      return same;
    });
  }

  // What the command line says, of the log as it is now.
  commandLine(...args) {
    const all = [...args, "--log", join(this.folder, "log"), "--json"];
    return JSON.parse(execFileSync(BINARY, all, { encoding: "utf8", maxBuffer: 1 << 26 }));
  }

  async stop(signal = "SIGTERM") {
    this.process.kill(signal);
    const late = setTimeout(() => this.process.kill("SIGKILL"), 20_000);
    await this.ended;
    clearTimeout(late);
  }
}
