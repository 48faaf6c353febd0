// Where the page is: the fragment of the address, "#/account/longs/statement?rule=5.4".  Kept in one signal;
// links are plain anchors, so back, forward and bookmarks work by themselves.
import { signal } from "@preact/signals";

export interface Route {
  view: string;
  path: string[]; // behind the view
  query: URLSearchParams;
}

// What somebody typed may be no encoding at all: then it is what it says.
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function parse(fragment: string): Route {
  const [path = "", query = ""] = fragment.replace(/^#\/?/, "").split("?", 2);
  const [view = "", ...rest] = path.split("/").map(decoded);
  return { view: view || "overview", path: rest, query: new URLSearchParams(query) };
}

export function href(view: string, path: string[] = [], query: Record<string, string> = {}): string {
  const said = Object.entries(query).filter(([, value]) => value !== "");
  const tail = said.length ? `?${new URLSearchParams(said)}` : "";
  return `#/${[view, ...path].map(encodeURIComponent).join("/")}${tail}`;
}

// The same address, with these values under the name.
export function withAll({ view, path, query }: Route, name: string, values: readonly string[]): string {
  const next = new URLSearchParams(query);
  next.delete(name);
  for (const value of values) next.append(name, value);
  const tail = next.toString();
  return `${href(view, path)}${tail && `?${tail}`}`;
}

export const route = signal<Route>(parse(typeof location === "undefined" ? "" : location.hash));

export function follow(): void {
  addEventListener("hashchange", () => {
    route.value = parse(location.hash);
  });
}

export function go(target: string, replace = false): void {
  if (replace) history.replaceState(null, "", target);
  else location.hash = target;
  route.value = parse(target);
}
