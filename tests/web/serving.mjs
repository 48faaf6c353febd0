// One `lockstep serve --config`, as an operator starts it, on the folder that a run left behind.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { makeFolder } from "./service.mjs";

const BINARY = process.env.LOCKSTEP;
const START_MS = 60_000;

export const rulebook = (name) => readFileSync(new URL(`../../rulebooks/${name}.toml`, import.meta.url), "utf8");
export const secretOf = (id) => `secret-of-${id}-0123456789`;

class Serving {
  // Everything but trade, for each of the ids; time goes on every `tick`.
  static async start(folder, ids, tick) {
    const keys = ids.map((id) => `[[keys]]\nid = "${id}"\nscopes = ["read", "simulate", "operate"]\nsecret = "${secretOf(id)}"\n`);
    const config = join(folder, "serve.toml");
    const head = `data = "${join(folder, "node")}"\n[server]\nport = 0\n[clock]\ntick = "${tick}"\n`;
    writeFileSync(config, head + keys.join(""), { mode: 0o600 });
    const made = new Serving();
    made.by = ids[0];
    made.process = spawn(BINARY, ["serve", "--config", config]);
    made.ended = new Promise((done) => made.process.on("exit", done));
    let errors = "";
    made.process.stderr.on("data", (text) => {
      errors += text;
    });
    made.url = await new Promise((done, failed) => {
      createInterface({ input: made.process.stdout }).on("line", (line) => {
        const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
        if (url) done(url[0]);
      });
      made.process.on("exit", (code) => failed(new Error(`lockstep serve ended with ${code}: ${errors}`)));
      setTimeout(() => failed(new Error(`lockstep serve said no address within ${START_MS / 1000} s`)), START_MS).unref();
    });
    return made;
  }

  async call(method, params = {}) {
    const response = await fetch(`${this.url}/api/v2`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${this.by}:${secretOf(this.by)}`)}`, "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = await response.json();
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  async position() {
    return (await this.call("lockstep/overview")).position;
  }

  async stop() {
    this.process.kill("SIGTERM");
    const late = setTimeout(() => this.process.kill("SIGKILL"), 20_000);
    await this.ended;
    clearTimeout(late);
  }
}

// With a market and accounts that a short run left, under rulebooks whose next version takes four eyes.
export async function withServing(ids, tick, work) {
  const folder = makeFolder();
  let serving;
  try {
    for (const name of ["deribit", "binance-usdm"]) {
      writeFileSync(join(folder, `${name}.toml`), `${rulebook(name)}\n[epochs]\napprovals = "1"\n`);
    }
    const run = ["run", "--once", "--accounts", "300", "--to", "2025-10-10T12:30", "--rulebooks", folder];
    execFileSync(BINARY, [...run, "--log", join(folder, "node")], { stdio: "pipe" });
    serving = await Serving.start(folder, ids, tick);
    await work(serving, folder);
  } finally {
    await serving?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
