// Makes a C++ source of files that the service sends: the page and the rendered reference, compressed once,
// here, and put into the executable by the assembler.
//
// usage: node tools/embed_files.mjs OUT FOLDER=PREFIX...
//   OUT      folder for embedded_files.cpp and the compressed files
//   FOLDER   every file below it is sent under /PREFIX
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const [out, ...folders] = process.argv.slice(2);
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".yaml": "application/yaml",
  ".webmanifest": "application/manifest+json",
};

const files = [];
for (const folder of folders) {
  const [from, prefix] = folder.split("=");
  const names = readdirSync(from, { recursive: true, withFileTypes: true });
  for (const entry of names) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const path = `/${[prefix, file.slice(from.length + 1)].filter(Boolean).join("/")}`;
    const type = types[extname(file)];
    if (!type) throw new Error(`${file}: no type is known for this kind of file; add it to tools/embed_files.mjs`);
    files.push({ file, path, type, hashed: /^\/assets\/.*-[\w-]{8}\.\w+$/.test(path) });
  }
}
files.sort((a, b) => (a.path < b.path ? -1 : 1));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
let blobs = "";
let rows = "";
files.forEach(({ file, path, type, hashed }, i) => {
  // Programs fetch the API's description, and not all of them unpack what they get.
  const zips = ![".json", ".yaml"].includes(extname(file));
  const content = readFileSync(file);
  const kept = zips ? gzipSync(content, { level: 9 }) : content;
  const blob = resolve(out, `${i}.gz`);
  writeFileSync(blob, kept);
  blobs += `asm(".section .rodata\\n.balign 16\\n.globl lockstep_file_${i}\\nlockstep_file_${i}:\\n`;
  blobs += `.incbin \\"${blob}\\"\\n.previous\\n");\nextern "C" const char lockstep_file_${i}[];\n`;
  rows += `    {"${path}", "${type}", {lockstep_file_${i}, ${kept.length}}, ${zips}, ${hashed}},\n`;
});
writeFileSync(
  join(out, "embedded_files.cpp"),
  `// Made by tools/embed_files.mjs.
#include "node/service/files.h"

${blobs}
namespace lockstep::service {
std::span<const EmbeddedFile> embedded_files() {
  static const EmbeddedFile files[] = {
${rows}  };
  return files;
}
}  // namespace lockstep::service
`,
);
console.log(`${files.length} files embedded`);
