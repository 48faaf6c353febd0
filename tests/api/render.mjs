// Renders docs/api/openapi.yaml as a page that needs nothing but its own files: index.html, the bundle of Redoc
// and the description as JSON.
//
//   npm run render -- FOLDER      (made if absent; build/docs of the repository if left out)
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const folder = resolve(process.argv[2] ?? join(root, "build/docs"));

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lockstep API</title>
<link rel="stylesheet" href="docs.css">
</head>
<body>
<redoc spec-url="openapi.json" hide-download-button disable-search scroll-y-offset="0"></redoc>
<script src="redoc.standalone.js"></script>
</body>
</html>
`;

mkdirSync(folder, { recursive: true });
const description = parse(readFileSync(join(root, "docs/api/openapi.yaml"), "utf8"));
writeFileSync(join(folder, "openapi.json"), JSON.stringify(description));
writeFileSync(join(folder, "docs.css"), "body { margin: 0; }\n");
writeFileSync(join(folder, "index.html"), html);
copyFileSync(join(here, "node_modules/redoc/bundles/redoc.standalone.js"), join(folder, "redoc.standalone.js"));
console.log(`${Object.keys(description.paths).length} paths in ${folder}`);
