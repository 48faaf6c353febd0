// The small pieces every view is made of: figures, states of accounts, panels, and what is shown while there
// is nothing to show yet.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Failure } from "../api/connection";
import type { Query } from "../api/query";
import type { State } from "../api/types";
import { compact, grouped, isNegative, percent } from "../lib/decimal";
import { href } from "../lib/route";

interface NumProps {
  value: string | number | null | undefined;
  places?: number;
  as?: "percent" | "compact";
}
// A figure: cut to `places` for the eye, whole in the title.
export function Num({ value, places, as }: NumProps) {
  if (value === null || value === undefined || value === "") return <span class="none">–</span>;
  const text = String(value);
  const shown =
    as === "percent" ? percent(text, places ?? 1) : as === "compact" ? compact(text) : grouped(text, places);
  const exact = grouped(text);
  return (
    <span class={isNegative(text) ? "num negative" : "num"} title={exact === shown ? undefined : text}>
      {shown}
    </span>
  );
}

const WORDS: Record<string, string> = { reduce_only: "reduce only" };
export function StateChip({ state }: { state: State | null }) {
  if (state === null) return <span class="chip">not judged</span>;
  return <span class={`chip state-${state}`}>{WORDS[state] ?? state}</span>;
}

export function Chip({ kind, children }: { kind: string; children: ComponentChildren }) {
  return <span class={`chip ${kind}`}>{children}</span>;
}

interface PanelProps {
  title: string;
  aside?: ComponentChildren;
  wide?: boolean;
  flush?: boolean; // the content goes to the edges
  children: ComponentChildren;
}
export const panelId = (title: string) => `panel-${title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
export function Panel({ title, aside, wide, flush, children }: PanelProps) {
  const id = panelId(title);
  return (
    <section class={`panel${wide ? " wide" : ""}${flush ? " flush" : ""}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside && <div class="aside">{aside}</div>}
      </header>
      <div class="body">{children}</div>
    </section>
  );
}

export function Rule({ rule }: { rule: string }) {
  if (!/^\d+(\.\d+)?$/.test(rule)) return <>{rule}</>;
  return (
    <a class="rule" href={href("rule", [rule])} title={`Rule ${rule} of the methodology`}>
      §{rule}
    </a>
  );
}

export function Position({ at }: { at: number | null | undefined }) {
  if (!at) return <span class="none">–</span>;
  return (
    <a class="num" href={href("log", [], { from: String(at) })} title={`Log position ${at}`}>
      {grouped(String(at))}
    </a>
  );
}

export function Hash({ value }: { value: string }) {
  return (
    <code class="hash" title={value}>
      {value.slice(0, 10)}
    </code>
  );
}

export function AccountLink({ name }: { name: string }) {
  return <a href={href("account", [name])}>{name}</a>;
}

function words(failure: Failure): string {
  const data = failure.data as { reason?: string; param?: string } | string | undefined;
  const more = typeof data === "string" ? data : (data?.reason ?? "");
  const param = (typeof data === "object" && data?.param) || "";
  const of = param && !more.startsWith(param) ? `${param}: ` : "";
  return more ? `${of}${more}` : failure.message;
}
export function Refused({ failure }: { failure: Failure }) {
  const name = failure.message.replaceAll("_", " ");
  const why = words(failure);
  return (
    <p class="refused" role="alert">
      <strong>
        {name}
        {failure.code !== 0 && ` (${failure.code})`}
      </strong>
      {why !== failure.message && `: ${why}`}
    </p>
  );
}

// `slow` is said where the answer takes long: that it is worked on, and why it takes its time.
const SLOW_MS = 1_500;
export function Loading({ rows = 4, slow }: { rows?: number; slow?: string }) {
  const late = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      late.value = true;
    }, SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="loading" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class="bone" />
      ))}
      {slow && late.value && <p>{slow}</p>}
    </div>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

// What a query has to show: its answer or, until there is one, why not.  An answer stays beside a later failure.
interface AnswerProps<T> {
  of: Query<T>;
  slow?: string;
  children: (data: T) => ComponentChildren;
}
export function Answer<T>({ of, slow, children }: AnswerProps<T>) {
  return (
    <>
      {of.failure && <Refused failure={of.failure} />}
      {of.data !== undefined ? children(of.data) : !of.failure && <Loading slow={slow} />}
    </>
  );
}

export function asFailure(reason: unknown): Failure {
  return reason instanceof Failure ? reason : new Failure(0, String(reason));
}
