// What the service carries, measured against a real `lockstep run`.
//
//   node bench/service/main.mjs [rates] [fan_out] [page]       all if none is named
//   LOCKSTEP   the binary (build/release/lockstep);  ACCOUNTS  of the book (10000)
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { fanOut } from "./fan_out.mjs";
import { page } from "./page.mjs";
import { rates } from "./rates.mjs";
import { Service } from "./wire.mjs";

const parts = { rates, fan_out: fanOut, page };
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
const unknown = wanted.find((name) => !(name in parts));
if (unknown) {
  console.error(`there is no part ${unknown}: ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}
const root = fileURLToPath(new URL("../..", import.meta.url));
const accounts = Number(process.env.ACCOUNTS ?? 10_000);
const service = await Service.start(process.env.LOCKSTEP ?? `${root}build/release/lockstep`, accounts);
try {
  console.log(
    `${new Date().toISOString()}  ${accounts} accounts, load ${loadavg()
      .map((x) => x.toFixed(1))
      .join(" ")}`,
  );
  console.log(`at rest: ${(1_000 * (await service.cpuOver(2_000))).toFixed(0)} ms CPU a second`);
  for (const name of wanted) await parts[name](service, console.log);
  console.log(
    `load at the end ${loadavg()
      .map((x) => x.toFixed(1))
      .join(" ")}`,
  );
} finally {
  service.operator.socket.destroy();
  await service.stop();
}
