// Requests a second of the service's processor time: what one core carries.  Wall time would measure the
// client, which shares the machine.
import { keepAlive } from "./wire.mjs";

const IN_FLIGHT = 64;
const BATCHES_IN_FLIGHT = 2; // a client that sends many more large messages than are read is cut off

// `count` calls over one WebSocket.
async function overWebSocket(service, method, params, count) {
  let sent = 0;
  let received = 0;
  let finished;
  const over = new Promise((done) => {
    finished = done;
  });
  const wire = await service.signedIn((payload) => {
    if (payload.includes('"error":{')) throw new Error(`${payload}`);
    received += 1;
    if (sent < count) next();
    else if (received === count) finished();
  });
  const next = () => {
    sent += 1;
    wire.send(JSON.stringify({ jsonrpc: "2.0", id: 1_000_000 + sent, method, params }));
  };
  const inFlight = method.endsWith("batch") ? BATCHES_IN_FLIGHT : IN_FLIGHT;
  for (let i = 0; i < Math.min(inFlight, count); ++i) next();
  await over;
  wire.socket.destroy();
}

// The same over 64 kept-alive connections, one in flight on each.
async function overHttp(service, method, params, count) {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const proof = Buffer.from(`operator:${service.operator_secret}`).toString("base64");
  const request =
    `POST /api/v2 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic ${proof}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  let sent = 0;
  let received = 0;
  await new Promise((done) => {
    for (let i = 0; i < Math.min(IN_FLIGHT, count); ++i) {
      const socket = keepAlive(service.port, () => {
        received += 1;
        if (sent < count) socket.write(request);
        else socket.end();
        sent += 1;
        if (received === count) done();
      });
      socket.write(request);
      sent += 1;
    }
  });
}

function questions(account) {
  const one = (i) => ({ name: `q${i}`, account, if: [`price BTC ${(i % 40) - 20} %`] });
  return Array.from({ length: 1_000 }, (_, i) => one(i));
}

export async function rates(service, print) {
  const account = service.account;
  const { holdings } = await service.operator.call("lockstep/account", { account });
  const ticker = { instrument_name: "BTC-PERPETUAL" };
  const whatIf = { account, changes: ["price BTC -10 %"] };
  const batch = { questions: questions(account) };
  const rows = [
    ["public/ticker, WebSocket, 64 in flight", overWebSocket, "public/ticker", ticker, 100_000, 1],
    ["public/ticker, HTTP, 64 connections kept", overHttp, "public/ticker", ticker, 50_000, 1],
    ["lockstep/what_if, WebSocket, 64 in flight", overWebSocket, "lockstep/what_if", whatIf, 20_000, 1],
    ["lockstep/what_if, HTTP, 64 connections kept", overHttp, "lockstep/what_if", whatIf, 20_000, 1],
    [
      "lockstep/what_if_batch of 1,000, questions",
      overWebSocket,
      "lockstep/what_if_batch",
      batch,
      100,
      1_000,
    ],
  ];
  print(`rates: the account of what_if holds ${holdings.length}`);
  for (const [name, run, method, params, count, each] of rows) {
    await run(service, method, params, Math.ceil(count / 20));
    const cpu = service.cpuSeconds();
    const began = performance.now();
    await run(service, method, params, count);
    const used = service.cpuSeconds() - cpu;
    const wall = (performance.now() - began) / 1_000;
    const rate = (count * each) / used;
    const times = `${used.toFixed(2)} s CPU, ${wall.toFixed(2)} s wall`;
    print(`${name}: ${Math.round(rate)} a CPU second (${count} requests, ${times})`);
  }
}
