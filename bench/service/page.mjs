// What the dashboard costs a browser that sees it for the first time: tests/web's playwright-core drives
// chromium.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const TIMES = 5;
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function load(browser, address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  const files = new Map();
  const bytes = new Map();
  session.on("Network.responseReceived", ({ requestId, response }) =>
    files.set(requestId, new URL(response.url).pathname),
  );
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) =>
    bytes.set(requestId, encodedDataLength),
  );
  const began = performance.now();
  await page.goto(address, { waitUntil: "commit" });
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() => !document.querySelector(".bone"));
  const ms = performance.now() - began;
  await context.close();
  return { ms, files: [...files].map(([id, path]) => ({ path, size: bytes.get(id) ?? 0 })) };
}

export async function page(service, print) {
  const { chromium } = createRequire(fileURLToPath(new URL("../../tests/web/", import.meta.url)))(
    "playwright-core",
  );
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  const loads = [];
  for (let i = 0; i < TIMES; ++i) loads.push(await load(browser, service.page));
  await browser.close();
  const last = loads.at(-1).files;
  const total = last.reduce((sum, { size }) => sum + size, 0);
  const ms = median(loads.map((one) => one.ms)).toFixed(0);
  print(`page: first figures after ${ms} ms (median of ${TIMES}, nothing cached)`);
  print(`  ${last.length} requests, ${total} bytes with headers, compressed, without the WebSocket's messages:`);
  for (const { path, size } of last) print(`  ${String(size).padStart(8)}  ${path}`);
}
