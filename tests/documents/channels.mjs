// What docs/api/api.md says of channels, against the running service.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

// "Under `change` it goes on from the one before on this connection", for who subscribes later than others,
// too.
export async function checkChain(url, secret, clients) {
  const { WebSocket } = createRequire(`${clients}/`)("ws");
  const open = async () => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/ws/api/v2`);
    const heard = [];
    await new Promise((done, failed) => socket.on("open", done).on("error", failed));
    socket.on("message", (text) => {
      const message = JSON.parse(text);
      if (message.method === "subscription") heard.push(message.params.data);
    });
    const send = (method, params) => socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    const has = async (count) => {
      const end = Date.now() + 60_000;
      while (heard.length < count) {
        if (Date.now() > end) throw new Error(`${heard.length} texts in 60 s, and ${count} are expected`);
        await new Promise((done) => setTimeout(done, 5));
      }
    };
    send("public/auth", { grant_type: "client_credentials", client_id: "operator", client_secret: secret });
    send("private/subscribe", { channels: ["lockstep.accounts"] });
    await has(1);
    return { socket, heard, send, has };
  };
  const early = await open();
  early.send("lockstep/move_market", { percent: "-15" });
  await early.has(2);
  const late = await open();
  early.send("lockstep/move_market", { percent: "-15" });
  await late.has(3);
  for (const { socket, heard } of [early, late]) {
    socket.terminate();
    assert.deepEqual([heard[0].type, heard[0].prev_position, heard[0].accounts], ["snapshot", 0, []]);
    for (let i = 1; i < heard.length; ++i) {
      assert.deepEqual([heard[i].type, heard[i].prev_position], ["change", heard[i - 1].position]);
      assert.ok(heard[i].accounts.length > 0);
    }
  }
}
