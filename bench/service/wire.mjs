// Clients that cost little, so that a thousand of them fit beside the service on a small machine: a WebSocket
// and a kept-alive HTTP connection over plain sockets, and the service's process to measure.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";

// The payload is masked with zeros: what the protocol asks for, at no cost.
function frame(opcode, payload) {
  const size = payload.length;
  const head = Buffer.alloc(size < 126 ? 6 : size < 65_536 ? 8 : 14);
  head[0] = 0x80 | opcode;
  if (size < 126) {
    head[1] = 0x80 | size;
  } else if (size < 65_536) {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(size, 2);
  } else {
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(size), 2);
  }
  return Buffer.concat([head, payload]);
}

const HANDSHAKE =
  "GET /ws/api/v2 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

export class Wire {
  // heard(text as a Buffer) for each message.
  static open(port, heard = () => {}) {
    const wire = new Wire();
    Object.assign(wire, { heard, unread: Buffer.alloc(0), open: false, waiting: new Map(), last: 0 });
    wire.socket = connect({ port, host: "127.0.0.1", noDelay: true });
    return new Promise((done, failed) => {
      wire.opened = () => done(wire);
      wire.socket.on("error", failed).on("connect", () => wire.socket.write(HANDSHAKE));
      wire.socket.on("close", () => {
        wire.closed = true;
        failed(new Error("the service closed a WebSocket"));
      });
      wire.socket.on("data", (data) => wire.take(data));
    });
  }

  take(data) {
    this.unread = this.unread.length === 0 ? data : Buffer.concat([this.unread, data]);
    if (!this.open) {
      const end = this.unread.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!this.unread.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101"))) throw new Error(`${this.unread}`);
      this.unread = this.unread.subarray(end + 4);
      this.open = true;
      this.opened();
    }
    for (;;) {
      const from = this.unread;
      if (from.length < 2) return;
      let size = from[1] & 0x7f;
      const head = size === 126 ? 4 : size === 127 ? 10 : 2;
      if (from.length < head) return;
      if (size === 126) size = from.readUInt16BE(2);
      if (size === 127) size = Number(from.readBigUInt64BE(2));
      if (from.length < head + size) return;
      this.unread = from.subarray(head + size);
      const payload = from.subarray(head, head + size);
      if ((from[0] & 0xf) === 9) this.socket.write(frame(10, payload));
      else if ((from[0] & 0xf) === 8)
        throw new Error(`the service closed a WebSocket: ${payload.subarray(2)}`);
      else this.message(payload);
    }
  }

  message(payload) {
    if (this.waiting.size > 0) {
      const answer = JSON.parse(payload);
      const done = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if (done) return done(answer);
    }
    this.heard(payload);
  }

  send(text) {
    this.socket.write(frame(1, Buffer.from(text)));
  }

  call(method, params) {
    this.last += 1;
    this.send(JSON.stringify({ jsonrpc: "2.0", id: this.last, method, params }));
    return new Promise((done, failed) => {
      this.waiting.set(this.last, ({ result, error }) =>
        error ? failed(new Error(`${method}: ${JSON.stringify(error)}`)) : done(result),
      );
    });
  }
}

// One request after the other over a connection that is kept; heard(body) for each answer.
export function keepAlive(port, heard) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let unread = Buffer.alloc(0);
  socket.on("data", (data) => {
    unread = unread.length === 0 ? data : Buffer.concat([unread, data]);
    const end = unread.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = unread.toString("latin1", 0, end);
    const size = Number(head.match(/content-length: (\d+)/i)[1]);
    if (unread.length < end + 4 + size) return;
    if (!head.startsWith("HTTP/1.1 200")) throw new Error(`${unread}`);
    const body = unread.subarray(end + 4);
    unread = Buffer.alloc(0);
    heard(body);
  });
  return socket;
}

const TICK_S = 0.01; // Linux: USER_HZ is 100
const REST = 0.02; // of a core: nothing is under way any more

export class Service {
  // The built-in crash to its end, and then at rest.
  static async start(binary, accounts) {
    const made = new Service();
    const args = ["run", "--json", "--pace", "0", "--accounts", String(accounts), "--listen", "127.0.0.1:0"];
    const env = { ...process.env, LOCKSTEP_RUN_SECRET: "bench" };
    made.process = spawn(binary, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    process.on("exit", () => made.process.kill("SIGKILL")); // whatever ends this one
    made.ended = new Promise((done) => made.process.on("exit", done));
    let errors = "";
    made.process.stderr.on("data", (text) => {
      errors = (errors + text).slice(-1_000);
    });
    const found = await new Promise((done, failed) => {
      const said = {};
      made.process.on("error", failed).on("exit", () => failed(new Error(`lockstep run ended: ${errors}`)));
      createInterface({ input: made.process.stdout }).on("line", (line) => {
        const row = line.startsWith("{") ? JSON.parse(line) : {};
        if (row.kind === "service") Object.assign(said, row);
        if (row.kind === "trader") said.account = row.account;
        if (said.url && said.account) done(said);
      });
    });
    Object.assign(made, found, { port: Number(new URL(found.url).port) });
    made.operator = await made.signedIn();
    while ((await made.operator.call("lockstep/overview", {})).source.running) await pause(500);
    while ((await made.cpuOver(1_000)) > REST) {}
    return made;
  }

  async signedIn(heard) {
    const wire = await Wire.open(this.port, heard);
    const proof = {
      grant_type: "client_credentials",
      client_id: "operator",
      client_secret: this.operator_secret,
    };
    await wire.call("public/auth", proof);
    return wire;
  }

  // Of all threads of the process, user and system.
  cpuSeconds() {
    const fields = readFileSync(`/proc/${this.process.pid}/stat`, "latin1").replace(/.*\) /, "").split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_S;
  }

  // Seconds of processor time a second, over the next `ms`.
  async cpuOver(ms) {
    const before = this.cpuSeconds();
    await pause(ms);
    return ((this.cpuSeconds() - before) * 1_000) / ms;
  }

  async stop() {
    this.process.kill("SIGTERM");
    const late = setTimeout(() => this.process.kill("SIGKILL"), 20_000);
    await this.ended;
    clearTimeout(late);
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
