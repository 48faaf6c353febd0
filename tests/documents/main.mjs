// Runs the documents against a real `lockstep run` and, for operations, the binary itself.
import { accessSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "../clients/server.mjs";
import { blocksOf, python, runBlocks } from "./blocks.mjs";
import { checkChain } from "./channels.mjs";
import { checkDescribed, checkKnown, methodsOf } from "./methods.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const binary = process.env.LOCKSTEP ?? `${root}build/release/lockstep`;
accessSync(binary);

let passed = 0;
let failed = 0;
function count(name, problem) {
  problem ? failed++ : passed++;
  console.log(`${problem ? "FAILED " : "passed "} ${name}${problem ? `: ${problem}` : ""}`);
}
async function check(name, run) {
  try {
    await run();
    count(name);
  } catch (error) {
    count(name, error.message);
  }
}

function problemOf(block, { out, failures }) {
  const shown = `\n${out.slice(-2_000)}`;
  if (Number.isNaN(failures)) return `did not come to its end${shown}`;
  if (failures !== block.fails) return `${failures} commands failed where ${block.fails} should${shown}`;
  const missing = block.prints.find((text) => !out.includes(text));
  return missing === undefined ? "" : `does not print ${missing}${shown}`;
}

function checkDocument(path, heading, env) {
  const all = blocksOf(root + path, heading);
  for (const { line, notRun } of all.filter((block) => block.notRun))
    console.log(`not run  ${path}:${line}: ${notRun}`);
  const blocks = all.filter((block) => !block.notRun);
  const folder = mkdtempSync(join(tmpdir(), "lockstep-documents-"));
  mkdirSync(join(folder, "bin"));
  symlinkSync(binary, join(folder, "bin", "lockstep"));
  symlinkSync(`${root}deploy`, join(folder, "deploy"));
  const whole = {
    ...process.env,
    ...env,
    PYTHON: python(),
    PATH: `${join(folder, "bin")}:${process.env.PATH}`,
  };
  const ran = runBlocks(blocks, folder, whole, `${root}tests/clients/node_modules`);
  blocks.forEach((block, i) => count(`${path}:${block.line}`, problemOf(block, ran[i])));
  count(`${path} has blocks that are run`, blocks.length > 0 ? "" : "there are none");
  rmSync(folder, { recursive: true });
}

const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

const server = await startServer(binary);
try {
  const { operator: SECRET, trader: TRADER_SECRET } = server.secrets;
  checkDocument("docs/api/quick-start.md", "", { BASE: server.url, ID: "operator", SECRET, TRADER_SECRET });
  await check("each text of a channel names the one before", () =>
    checkChain(server.url, SECRET, `${root}tests/clients`),
  );
  const methods = methodsOf(`${root}docs/api/methods.md`);
  await check("methods.md has the methods of all three kinds", () => {
    for (const kind of ["lockstep/", "public/", "private/"]) {
      if (!methods.some(([name]) => name.startsWith(kind))) throw new Error(`none of ${kind}`);
    }
  });
  await check("api.md describes each of our own methods, with its scope", () =>
    checkDescribed(methods, `${root}docs/api/api.md`),
  );
  await check("the service has each method of methods.md, with its scope", () =>
    checkKnown(methods, server.url, `${root}tests/clients`),
  );
} finally {
  await server.stop();
}
const port = await freePort();
checkDocument("docs/operations.md", "## The service", {
  BASE: `http://127.0.0.1:${port}`,
  LOCKSTEP_SERVE__SERVER__PORT: String(port),
});
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
