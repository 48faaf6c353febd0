// What stays around every view: where one can go, whether the connection and the replicas are well, and at
// which position and time the state is.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { overview } from "../api/overview";
import { useQuery } from "../api/query";
import { connection, may, signOut } from "../api/session";
import type { Replicas } from "../api/types";
import { grouped } from "../lib/decimal";
import { go, href, route } from "../lib/route";
import { theme, toggle } from "../lib/theme";
import { Num } from "./basic";

interface Place {
  view: string;
  name: string;
  key: string; // after "g"
  operate?: boolean;
}
export const PLACES: Place[] = [
  { view: "overview", name: "Overview", key: "o" },
  { view: "accounts", name: "Accounts", key: "a" },
  { view: "what-if", name: "What if", key: "w" },
  { view: "ladder", name: "Ladder", key: "l", operate: true },
  { view: "stress", name: "Stress", key: "t", operate: true },
  { view: "surface", name: "Surface", key: "s" },
  { view: "epochs", name: "Epochs", key: "e" },
  { view: "replicas", name: "Replicas", key: "r" },
  { view: "log", name: "Log", key: "g", operate: true },
];

// "/" goes to the filter of the view, "g" and a letter to a view.
function useKeys() {
  useEffect(() => {
    let waiting = 0;
    const pressed = (event: KeyboardEvent) => {
      const at = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || document.querySelector("dialog[open]")) return;
      if (event.key === "/") {
        const filter = document.querySelector<HTMLInputElement>("[data-filter]");
        if (filter) {
          event.preventDefault();
          filter.focus();
        }
      } else if (Date.now() - waiting < 1_000) {
        waiting = 0;
        const place = PLACES.find((one) => one.key === event.key);
        if (place) go(href(place.view));
      } else if (event.key === "g") {
        waiting = Date.now();
      }
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}

// On a narrow screen the rows of links are scrolled sideways: to the one where one is.
function useCurrentInSight(view: string, tab: string | undefined) {
  useEffect(() => {
    for (const link of document.querySelectorAll<HTMLElement>(
      ".places [aria-current], .tabs [aria-current]",
    )) {
      const row = link.parentElement!;
      row.scrollLeft = link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
    }
  }, [view, tab]);
}

function ConnectionState() {
  const now = useSignal(Date.now());
  const status = connection.status.value;
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 250);
    return () => clearInterval(timer);
  }, []);
  if (status === "ready") return <span class="live ok">Live</span>;
  const seconds = Math.max(0, Math.ceil((connection.retryAt.value - now.value) / 1000));
  return (
    <span class="live lost">{status === "waiting" ? `Reconnecting in ${seconds} s` : "Connecting"}</span>
  );
}

// Two that differ at one position: the page says so at its very top, whatever view is open.
export function Disagreement({ replicas }: { replicas: Replicas | undefined }) {
  const wrong = replicas?.replicas.filter((one) => one.hash_agrees === false) ?? [];
  const ticks = replicas?.ticks.filter((one) => one.agrees === false) ?? [];
  if (!wrong.length && !ticks.length) return null;
  const who = wrong.length ? wrong.map((one) => one.name).join(" and ") : "writer and service";
  const at = ticks[0]?.position ?? wrong[0]!.hash_at;
  const where = `${who}, at position ${grouped(String(at))}`;
  return (
    <div class="disagreement" role="alert">
      <strong>State hashes disagree</strong>: {where}. Figures may be wrong.{" "}
      <a href={href("replicas")}>Replicas</a>
    </div>
  );
}

export function Shell({ children }: { children: ComponentChildren }) {
  useKeys();
  const replicas = useQuery<Replicas>("lockstep/replicas", {}, { every: 1_000 });
  const now = overview.value;
  const { view, path } = route.value;
  useCurrentInSight(view, path[1]);
  const ready = connection.status.value === "ready";
  const wrong =
    replicas.data?.replicas.some((one) => one.hash_agrees === false) ||
    replicas.data?.ticks.some((one) => one.agrees === false);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        Skip to the content
      </a>
      <header class={`top${wrong ? " wrong" : ""}`}>
        <a class="brand" href={href("overview")}>
          Lockstep
        </a>
        <dl class="facts">
          {now && (
            <>
              {now.lead.index && (
                <div>
                  <dt>{now.lead.index}</dt>
                  <dd>
                    <Num value={now.lead.price} places={2} />
                  </dd>
                </div>
              )}
              <div class="wide-only">
                <dt>Time</dt>
                <dd title={`${now.time} UTC`}>{now.time.slice(0, 19)} UTC</dd>
              </div>
              <div>
                <dt>Position</dt>
                <dd class="num">{grouped(String(now.position))}</dd>
              </div>
            </>
          )}
        </dl>
        <div class="tools">
          <ConnectionState />
          <button
            type="button"
            class="quiet"
            onClick={toggle}
            aria-label={`Use ${theme.value === "dark" ? "light" : "dark"} colours`}
          >
            {theme.value === "dark" ? "☀" : "☾"}
          </button>
          <button type="button" class="quiet" onClick={signOut}>
            Sign out
          </button>
        </div>
      </header>
      <Disagreement replicas={replicas.data} />
      <nav class="places" aria-label="Views">
        {PLACES.filter((place) => !place.operate || may("operate")).map((place) => (
          <a
            key={place.view}
            href={href(place.view)}
            aria-current={
              view === place.view || (view === "account" && place.view === "accounts") ? "page" : undefined
            }
            title={`g ${place.key}`}
          >
            {place.name}
          </a>
        ))}
      </nav>
      <main id="main" tabIndex={-1} class={ready ? "" : "stale"}>
        {!ready && now && (
          <p class="banner" role="status">
            Not connected: these are the figures of position {grouped(String(now.position))}.{" "}
            <button type="button" class="link" onClick={() => connection.connect()}>
              Try now
            </button>
          </p>
        )}
        {children}
      </main>
    </>
  );
}
