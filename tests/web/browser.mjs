// One browser for all tests; a fresh context, so that nobody is signed in, for each.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

let browser;
const complaints = new WeakMap();

export async function open(address, options = {}) {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const heard = [];
  complaints.set(page, heard);
  page.on("pageerror", (error) => heard.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A connection that is refused while a service is down is logged by the browser itself.
    if (message.type() === "error" && !/WebSocket connection/.test(message.text())) heard.push(message.text());
  });
  await page.goto(address);
  return page;
}

// Errors of scripts, and whatever the content security policy stopped.
export function nothingWrong(page) {
  const heard = complaints.get(page);
  if (heard.length) throw new Error(`the page complained:\n${heard.join("\n")}`);
}

// Runs with a page, and closes it.
export async function withPage(address, work, options) {
  const page = await open(address, options);
  try {
    await work(page);
    nothingWrong(page);
  } catch (error) {
    await picture(page, "failure");
    throw error;
  } finally {
    await page.context().close();
  }
}

export async function closeBrowser() {
  await browser?.close();
}

export async function view(page, hash) {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() => !document.querySelector(".bone"));
}

export async function picture(page, name, full = false) {
  mkdirSync(process.env.PICTURES, { recursive: true });
  await page.screenshot({ path: join(process.env.PICTURES, `${name}.png`), fullPage: full });
}

// A figure as the server wrote it: the title has all of it where the eye gets less.
export const figure = (locator) =>
  locator.evaluate((cell) => {
    const of = cell.matches(".num") ? cell : (cell.querySelector(".num") ?? cell);
    return of.title || of.textContent.replaceAll(",", "").trim();
  });

// All cells of a table's body, row by row.
export const rows = (locator) =>
  locator.evaluate((table) =>
    [...table.querySelectorAll("tbody tr")].map((row) =>
      [...row.cells].map((cell) => {
        const of = cell.querySelector(".num");
        return of ? of.title || of.textContent.replaceAll(",", "") : cell.textContent.trim();
      }),
    ),
  );
