// docs/api/methods.md, docs/api/api.md and the running service have the same methods with the same scopes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// [[name, scope]]
export function methodsOf(path) {
  const rows = readFileSync(path, "utf8").matchAll(
    /^\| `((?:lockstep|public|private)\/\w+)` \| (\w+) \| .+ \|$/gm,
  );
  return [...rows].map((row) => [row[1], row[2]]);
}

// "### lockstep/x", and behind the parameters its scope.
export function checkDescribed(methods, path) {
  const described = [...readFileSync(path, "utf8").matchAll(/^### (lockstep\/\w+)\n\n[^-]*?- (\w+)/gm)];
  const ours = methods.filter(([name]) => name.startsWith("lockstep/"));
  const sorted = (rows) => rows.map(([name, scope]) => `${name} ${scope}`).sort();
  assert.deepEqual(sorted(described.map((row) => [row[1], row[2]])), sorted(ours));
}

// Asked by somebody who has not signed in: what is open is known, and what is not is refused for that reason.
export async function checkKnown(methods, url, clients) {
  const { WebSocket } = createRequire(`${clients}/`)("ws");
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws/api/v2`);
  await new Promise((done, failed) => socket.on("open", done).on("error", failed));
  const ask = (method, params = {}) =>
    new Promise((done) => {
      socket.once("message", (text) => done(JSON.parse(text)));
      socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    });
  assert.equal((await ask("public/no_such_method")).error.code, -32601);
  const wrong = [];
  for (const [name, scope] of methods.filter(([name]) => name !== "private/logout")) {
    const { error } = await ask(
      name,
      name === "private/subscribe" ? { channels: ["lockstep.overview"] } : {},
    );
    const refused = error && [13009, 10000].includes(error.code);
    if (error?.code === -32601 || (scope === "open") === Boolean(refused))
      wrong.push([name, scope, error?.code]);
  }
  assert.deepEqual(wrong, []);
  const closed = new Promise((done) => socket.once("close", done));
  socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "private/logout", params: {} }));
  assert.equal(await closed, 1000);
}
