// Runs check.mjs against a service of its own.
import { spawnSync } from "node:child_process";
import { startServer } from "../clients/server.mjs";

const server = await startServer(process.env.LOCKSTEP);
const env = { ...process.env, BASE: server.url, ID: "operator", SECRET: server.secrets.operator };
const { status } = spawnSync(process.execPath, ["check.mjs"], { env, stdio: "inherit" });
await server.stop();
console.log(status === 0 ? "2 passed, 0 failed" : "1 passed, 1 failed");
process.exit(status ?? 1);
