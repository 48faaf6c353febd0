// The blocks of code of a document, and a shell that runs them in order.  A comment before a block says
// what it does:
//   <!-- not run: WHY -->      <!-- prints TEXT -->      <!-- fails N -->, how many of its commands
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LANGUAGES = ["sh", "python", "js"];

// [{ line, language, text, notRun, prints: [..], fails }], from the heading to the next of its kind, or all
// of it.
export function blocksOf(path, heading = "") {
  const lines = readFileSync(path, "utf8").split("\n");
  const begin = heading === "" ? 0 : lines.indexOf(heading) + 1;
  if (heading !== "" && begin === 0) throw new Error(`${path} has no "${heading}"`);
  const blocks = [];
  let comments = [];
  for (let i = begin; i < lines.length; ++i) {
    if (heading !== "" && lines[i].startsWith("## ")) break;
    const comment = lines[i].match(/^<!-- (not run|prints|fails):? (.*) -->$/);
    if (comment) comments.push(comment);
    const fence = lines[i].match(/^```(\w+)$/);
    if (fence) {
      const end = lines.indexOf("```", i);
      const said = (what) => comments.filter((c) => c[1] === what).map((c) => c[2]);
      const block = { line: i + 1, language: fence[1], text: lines.slice(i + 1, end).join("\n") };
      Object.assign(block, {
        notRun: said("not run")[0],
        prints: said("prints"),
        fails: Number(said("fails")[0] ?? 0),
      });
      if (LANGUAGES.includes(block.language)) blocks.push(block);
      i = end;
    }
    if (!comment) comments = [];
  }
  return blocks;
}

const TRAPS = "trap 'failures=$((failures+1))' ERR; trap 'kill $(jobs -p)' EXIT";

// Runs them in `folder` and returns what each printed and how many of its commands failed.
export function runBlocks(blocks, folder, env, modules) {
  mkdirSync(join(folder, "said"));
  symlinkSync(modules, join(folder, "node_modules"));
  const script = ["set -u -o pipefail", TRAPS];
  for (const { line, language, text } of blocks) {
    const file = join(folder, "said", language === "js" ? `${line}.mjs` : `${line}.py`);
    if (language !== "sh") writeFileSync(file, `${text}\n`);
    const command = { sh: text, python: `"$PYTHON" ${file}`, js: `node ${file}` }[language];
    // What a block leaves running keeps its output, not the shell's.
    script.push(
      "failures=0",
      `exec >${folder}/said/${line}.out 2>&1`,
      command,
      `echo $failures >${folder}/said/${line}.failures`,
    );
  }
  writeFileSync(join(folder, "said", "script.sh"), `${script.join("\n")}\n`);
  const ran = spawnSync("bash", [join(folder, "said", "script.sh")], {
    cwd: folder,
    env,
    timeout: 180_000,
    encoding: "utf8",
  });
  const read = (line, what) => {
    try {
      return readFileSync(join(folder, "said", `${line}.${what}`), "utf8");
    } catch {
      return undefined;
    }
  };
  rmSync(join(folder, "node_modules"));
  if (ran.error) console.log(`the shell: ${ran.error.message}`);
  return blocks.map(({ line }) => ({
    out: read(line, "out") ?? "",
    failures: Number(read(line, "failures") ?? Number.NaN),
  }));
}

// The first python3 that has the package the document asks for.
export function python() {
  const found = ["python3", "/usr/bin/python3"].find(
    (name) => spawnSync(name, ["-c", "import websockets"]).status === 0,
  );
  if (!found) throw new Error("no python3 has websockets: apt-get install python3-websockets");
  return found;
}
