import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connection, type Failure } from "./connection";

// A socket that only notes what is sent, and is spoken to by the test.
class Wire {
  readyState = 0;
  sent: { id: number; method: string; params: Record<string, unknown> }[] = [];
  onopen = () => {};
  onmessage = (_: { data: string }) => {};
  onclose = () => {};
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
    this.onclose();
  }
  opens() {
    this.readyState = 1;
    this.onopen();
  }
  says(message: object) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  notifies(channel: string, data: object) {
    this.says({ jsonrpc: "2.0", method: "subscription", params: { channel, data } });
  }
}

let wires: Wire[];
const last = () => wires[wires.length - 1]!;
function connection(signIn = async () => true) {
  return new Connection("ws://here", signIn, () => {
    const wire = new Wire();
    wires.push(wire);
    return wire as unknown as WebSocket;
  });
}
async function connected(signIn?: () => Promise<boolean>) {
  const made = connection(signIn);
  made.connect();
  last().opens();
  await vi.advanceTimersByTimeAsync(0);
  return made;
}

beforeEach(() => {
  wires = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("answers find the call they belong to, in any order", async () => {
  const made = await connected();
  const first = made.call("a");
  const second = made.call("b");
  const [a, b] = last().sent;
  last().says({ id: b!.id, result: 2 });
  last().says({ id: a!.id, error: { code: 13004, message: "invalid_credentials", data: { reason: "no" } } });
  expect(await second).toBe(2);
  await expect(first).rejects.toMatchObject({
    code: 13004,
    message: "invalid_credentials",
    data: { reason: "no" },
  });
});

test("a lost connection fails what waits, opens again later and later, and subscribes again", async () => {
  const made = await connected();
  made.subscribe("lockstep.overview", () => {});
  expect(last().sent[0]).toMatchObject({
    method: "private/subscribe",
    params: { channels: ["lockstep.overview"] },
  });
  const call = made.call("a").catch((failure: Failure) => failure);
  last().close();
  expect(await call).toMatchObject({ code: 0 });
  expect(made.status.value).toBe("waiting");
  await vi.advanceTimersByTimeAsync(200);
  last().close();
  await vi.advanceTimersByTimeAsync(399);
  expect(wires.length).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(wires.length).toBe(3);
  last().opens();
  await vi.advanceTimersByTimeAsync(0);
  expect(made.status.value).toBe("ready");
  expect(last().sent[0]).toMatchObject({
    method: "private/subscribe",
    params: { channels: ["lockstep.overview"] },
  });
});

test("a gap starts the channel anew; what follows does not", async () => {
  const made = await connected();
  const seen: number[] = [];
  made.subscribe("c", (data: { position: number }) => seen.push(data.position));
  last().notifies("c", { type: "snapshot", position: 10, prev_position: null });
  last().notifies("c", { type: "change", position: 14, prev_position: 10 });
  expect(last().sent.length).toBe(1);
  last().notifies("c", { type: "change", position: 20, prev_position: 17 });
  expect(
    last()
      .sent.slice(1)
      .map((sent) => sent.method),
  ).toEqual(["private/unsubscribe", "private/subscribe"]);
  last().notifies("c", { type: "snapshot", position: 21, prev_position: null });
  expect(made.gaps).toBe(1);
  expect(seen).toEqual([10, 14, 20, 21]);
});

test("the last listener ends a subscription", async () => {
  const made = await connected();
  const one = made.subscribe("c", () => {});
  const two = made.subscribe("c", () => {});
  one();
  expect(last().sent.length).toBe(1);
  two();
  expect(last().sent[1]).toMatchObject({ method: "private/unsubscribe", params: { channels: ["c"] } });
});

test("without anybody signed in, nothing is subscribed until somebody is", async () => {
  const made = await connected(async () => false);
  made.subscribe("c", () => {});
  expect(made.status.value).toBe("signed_out");
  expect(last().sent).toEqual([]);
  made.ready();
  expect(last().sent[0]).toMatchObject({ method: "private/subscribe" });
});

test("silence is asked about, and a dead connection is given up", async () => {
  const made = await connected();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(last().sent[0]).toMatchObject({ method: "public/test" });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(made.status.value).toBe("waiting");
});

test("a peer that hangs is given up at once, though it never agrees to the end; so is one that never opens", async () => {
  const made = await connected();
  last().close = () => {};
  await vi.advanceTimersByTimeAsync(20_000);
  expect(made.status.value).toBe("waiting");
  await vi.advanceTimersByTimeAsync(200);
  expect([wires.length, made.status.value]).toEqual([2, "connecting"]);
  last().close = () => {};
  await vi.advanceTimersByTimeAsync(15_000);
  expect(made.status.value).toBe("waiting");
});
