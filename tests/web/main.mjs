// Runs the tests one after the other, on one service (some have their own) and one browser, and says how it went.
import { rmSync } from "node:fs";
import { accessibility } from "./accessibility.mjs";
import { addresses } from "./address.mjs";
import { closeBrowser } from "./browser.mjs";
import { connection } from "./connection.mjs";
import { crash } from "./crash.mjs";
import { disagreement } from "./disagreement.mjs";
import { epochsByHand } from "./epochs.mjs";
import { figures } from "./figures.mjs";
import { keyboard } from "./keyboard.mjs";
import { makeFolder, Service } from "./service.mjs";
import { signIn } from "./sign_in.mjs";

// In this order: the crash changes the book that the tests before it read.
const TESTS = [...signIn, ...figures, ...keyboard, ...addresses, ...accessibility, ...epochsByHand, ...disagreement, ...crash, ...connection];
const LIMIT_MS = 180_000; // of one test

async function within(ms, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${ms / 1000} s`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const wanted = process.argv.slice(2);
const chosen = TESTS.filter((test) => !wanted.length || wanted.some((part) => test.name.includes(part)));
const folder = makeFolder();
let [passed, failed] = [0, 0];
let service;
try {
  service = await Service.start(folder);
  await service.atRest();
  for (const test of chosen) {
    const began = performance.now();
    try {
      await within(LIMIT_MS, test.run(service));
      ++passed;
      console.log(`ok      ${test.name} (${Math.round(performance.now() - began)} ms)`);
    } catch (error) {
      ++failed;
      console.log(`FAILED  ${test.name}\n${String(error.stack ?? error).replace(/^/gm, "        ")}`);
    }
  }
} catch (error) {
  ++failed;
  console.log(`FAILED  starting the service\n${error.stack}`);
} finally {
  await closeBrowser();
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
