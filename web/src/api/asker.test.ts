import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Asker } from "./asker";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

// An asker whose questions take so many milliseconds, and the times at which they were put.
function asker(every: number, takes = 100) {
  const began = performance.now();
  const put: number[] = [];
  const made = new Asker(every, async () => {
    put.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, takes));
  });
  return { made, put };
}

test("the first is put at once; many requests meanwhile become one afterwards", async () => {
  const { made, put } = asker(250);
  made.ask();
  await vi.advanceTimersByTimeAsync(10);
  for (let i = 0; i < 20; ++i) made.ask();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(put).toEqual([0, 350]);
});

test("a steady stream is thinned, and its last request is not lost", async () => {
  const { made, put } = asker(200);
  for (let i = 0; i < 100; ++i) {
    made.ask();
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(5_000);
  expect(put).toEqual([0, 300, 600, 900, 1200]);
});

test("who takes long is left alone as long", async () => {
  const { made, put } = asker(100, 1_000);
  for (let i = 0; i < 50; ++i) {
    made.ask();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(put).toEqual([0, 2_000, 4_000]);
});

test("nothing is put after the end", async () => {
  const { made, put } = asker(100);
  made.ask();
  await vi.advanceTimersByTimeAsync(50);
  made.ask();
  made.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(put).toEqual([0]);
});
