// Makes a module of the methodology, one entry a numbered rule, so that a rule number anywhere on the page
// opens the text it stands for.  Done when the page is built: the browser is given finished HTML.
import { readFileSync } from "node:fs";
import { marked } from "marked";

const ID = "virtual:methodology";

// The text of each numbered section: {"5.4": {title, html}}.  Links to other files lose their target.
export function sections(markdown) {
  const rules = {};
  for (const part of markdown.split(/^(?=#{2,3} )/m)) {
    const heading = /^#{2,3} (\d+(?:\.\d+)?)\.? (.*)\n/.exec(part);
    if (!heading) continue;
    const html = marked.parse(part.slice(heading[0].length), { async: false });
    rules[heading[1]] = { title: heading[2], html: html.replace(/<a [^>]*>(.*?)<\/a>/g, "$1").trim() };
  }
  return rules;
}

export function methodology(path) {
  return {
    name: "methodology",
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return undefined;
      this.addWatchFile(path);
      return `export default ${JSON.stringify(sections(readFileSync(path, "utf8")))}`;
    },
  };
}
