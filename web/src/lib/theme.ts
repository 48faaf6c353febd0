// Light or dark: what the system says, unless the person said otherwise here.
import { signal } from "@preact/signals";

export type Theme = "light" | "dark";
const KEY = "lockstep.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

function chosen(): Theme | undefined {
  const text = localStorage.getItem(KEY);
  return text === "light" || text === "dark" ? text : undefined;
}

export const theme = signal<Theme>(chosen() ?? (dark.matches ? "dark" : "light"));

export function follow(): void {
  document.documentElement.dataset.theme = theme.value;
  dark.addEventListener("change", () => {
    if (!chosen()) set(dark.matches ? "dark" : "light");
  });
}

function set(value: Theme): void {
  theme.value = value;
  document.documentElement.dataset.theme = value;
}

export function toggle(): void {
  const value = theme.value === "dark" ? "light" : "dark";
  localStorage.setItem(KEY, value);
  set(value);
}

// A colour of the style sheet, for canvases.
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
