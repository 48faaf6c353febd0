// Holds a running service to docs/api/openapi.yaml: every GET resource, and the what-if questions, are asked of
// it, and status, type, headers and body must be as described; members that are not described are errors, too.
//
//   BASE=http://127.0.0.1:8090 ID=... SECRET=... npm run check      (a key that may do everything)
//
// Prints one line a request; ends with 1 if anything was wrong.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";
import { parse } from "yaml";

const { BASE, ID, SECRET } = process.env;
if (!BASE || !ID || !SECRET) {
  console.error("BASE, ID and SECRET say whom to ask, and as whom");
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));
const description = parse(readFileSync(join(here, "../../docs/api/openapi.yaml"), "utf8"));

// What is described is all there is, unless the description leaves it open.
function close(schema) {
  if (Array.isArray(schema)) return schema.forEach(close);
  if (schema === null || typeof schema !== "object") return;
  if (schema.properties && typeof schema.properties === "object" && !("additionalProperties" in schema)) {
    schema.additionalProperties = false;
  }
  for (const [name, part] of Object.entries(schema)) {
    if (name !== "examples" && name !== "example" && name !== "enum") close(part);
  }
}
close(description.components.schemas);
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ $id: "api", components: description.components });

const headers = { Authorization: "Basic " + Buffer.from(`${ID}:${SECRET}`).toString("base64") };
const ask = (method, path, body, extra = {}) =>
  fetch(BASE + path, {
    method,
    headers: { ...headers, ...extra, ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body && JSON.stringify(body),
  });

function described(path, method, status) {
  const response = description.paths[path][method].responses[String(status)];
  if (!response) return null;
  if (!response.$ref) return response;
  return description.components.responses[response.$ref.split("/").pop()];
}

let wrong = 0;
function report(title, problems) {
  wrong += problems.length;
  console.log(`${problems.length === 0 ? "ok   " : "WRONG"} ${title}`);
  for (const problem of problems.slice(0, 12)) console.log(`      ${problem}`);
}

async function check(method, path, target, expected, body, extra) {
  const response = await ask(method.toUpperCase(), target, body, extra);
  const problems = [];
  const text = await response.text();
  const said = described(path, method, response.status);
  if (response.status !== expected) problems.push(`status ${response.status}, not ${expected}: ${text.slice(0, 300)}`);
  if (said === null) problems.push(`status ${response.status} is not described`);
  for (const name of Object.keys(said?.headers ?? {})) {
    const always = name === "ETag" || name === "Location";
    if (always && !response.headers.has(name) && response.status < 400) problems.push(`no ${name}`);
  }
  const [type, content] = Object.entries(said?.content ?? {})[0] ?? [];
  if (type && !(response.headers.get("content-type") ?? "").startsWith(type)) {
    problems.push(`type ${response.headers.get("content-type")}, not ${type}`);
  }
  let json = null;
  if (content) {
    json = JSON.parse(text);
    const name = content.schema.$ref.split("/").pop();
    const valid = ajv.getSchema(`api#/components/schemas/${name}`);
    if (!valid(json)) {
      for (const e of valid.errors) {
        problems.push(`${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
      }
    }
  } else if (text !== "") {
    problems.push("a body that is not described");
  }
  report(`${method.toUpperCase()} ${target} ${response.status}`, problems);
  return { json, etag: response.headers.get("etag") };
}

const accounts = (await check("get", "/v1/accounts", "/v1/accounts?limit=2", 200)).json;
const epochs = (await check("get", "/v1/epochs", "/v1/epochs", 200)).json;
const surface = (await check("get", "/v1/surfaces", "/v1/surfaces", 200)).json;
const log = (await check("get", "/v1/log", "/v1/log?limit=3", 200)).json;
const inPath = (name) => encodeURIComponent(name.replaceAll("/", "~"));
const values = {
  account: inPath(accounts.rows[0].account),
  rulebook: inPath(epochs.rulebooks[0].rulebook),
  epoch: "1",
  index: inPath(surface.index || "none"),
  position: String(log.rows[0].position),
};
const fill = (path) => path.replace(/\{(\w+)\}/g, (_, name) => values[name]);

for (const [path, item] of Object.entries(description.paths)) {
  if (!item.get || !path.startsWith("/v1/")) continue;
  await check("get", path, fill(path), 200);
}
if (accounts.next) await check("get", "/v1/accounts", `/v1/accounts?limit=2&cursor=${accounts.next}`, 200);
if (log.next) await check("get", "/v1/log", `/v1/log?limit=3&cursor=${log.next}`, 200);
await check("get", "/v1/accounts/{account}", `/v1/accounts/${values.account}?prices=true`, 200);
await check("get", "/v1/accounts/{account}", "/v1/accounts/nobody", 404);
await check("get", "/v1/accounts/{account}", "/v1/accounts/a%00", 400);
await check("get", "/v1/epochs/{rulebook}/{epoch}", `/v1/epochs/${values.rulebook}/9999`, 404);
await check("get", "/v1/accounts", "/v1/accounts?limit=0", 400);
const whatIf = "/v1/accounts/{account}/what-if";
await check("post", whatIf, fill(whatIf), 200, { changes: ["time 1 h"] });
await check("post", whatIf, fill(whatIf), 200, { changes: ["time 1 h"], explain: true, prices: true });
await check("post", whatIf, fill(whatIf), 400, { changes: ["hope"] });
await check("post", "/v1/what-if", "/v1/what-if", 200, {
  questions: [{ name: "later", account: accounts.rows[0].account, if: ["time 1 h"] }],
});
const reconciliation = "/v1/accounts/{account}/reconciliation";
await check("post", reconciliation, fill(reconciliation), 200, { rows: { balances: [], positions: [] } });
await check("post", "/v1/commands", "/v1/commands", 400, { command: "hope" });
const tick = { command: "set_resume_rule", rule: { jump: "0 s", ticks: 0 } };
const key = { "Idempotency-Key": `check-${Date.now()}` };
await check("post", "/v1/commands", "/v1/commands", 201, tick, key);
await check("post", "/v1/commands", "/v1/commands", 201, tick, key);
await check("post", "/v1/commands", "/v1/commands", 422, { command: "cancel_upgrade" }, key);
await check("post", "/v1/commands", "/v1/commands", 422, { command: "cancel_upgrade" });
const rulebook_text = readFileSync(join(here, `../../rulebooks/${values.rulebook}.toml`), "utf8")
  .replace(/^version .*$/m, 'version = "checked"')
  .replace(/^unit_maintenance( *= *)"(.*?)"/gm, 'unit_maintenance$1"100 * ($2)"');
const preview = await check("post", "/v1/rulebooks/preview", "/v1/rulebooks/preview", 200, { rulebook_text });
if (!preview.json.accounts?.length) report("accounts cross a level in the preview", ["none does"]);
await check("get", "/v1/log", "/v1/log?limit=5", 200); // the commands above are in it, with their traces
console.log(wrong === 0 ? "everything is as described" : `${wrong} differences`);
process.exit(wrong === 0 ? 0 : 1);
