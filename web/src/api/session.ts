// Who is signed in.  What is kept is a token, in this tab only; the secret of a key is never kept.
import { signal } from "@preact/signals";
import { Connection, Failure, LOST } from "./connection";

const KEY = "lockstep.session";

// access: out of the address that `lockstep run` prints, good as often as it is shown.
// refresh: of a sign-in by hand, good once; it is exchanged for the next before the access token runs out.
type Token = { kind: "access" | "refresh"; token: string };

// By hand: public/auth is no resource of REST.
interface Granted {
  refresh_token?: string;
  expires_in: number; // seconds
  scope: string;
}

export const scopes = signal<readonly string[]>([]);
export const reason = signal(""); // why a person has to sign in

function keep(kept: Token): void {
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}
function kept(): Token | undefined {
  const text = sessionStorage.getItem(KEY);
  return text ? JSON.parse(text) : undefined;
}

export function takeToken(): void {
  const given = /^#token=([^&]+)/.exec(location.hash);
  if (!given) return;
  keep({ kind: "access", token: decodeURIComponent(given[1]!) });
  history.replaceState(null, "", `${location.pathname}${location.search}#/`);
}

export function may(scope: "read" | "simulate" | "trade" | "operate"): boolean {
  return scopes.value.includes(scope);
}

let renewal: ReturnType<typeof setTimeout> | undefined;
const LATE = 0.8; // of a token's time
const LONGEST_MS = 2_147_483_647; // that a timer takes

function granted(answer: Granted): void {
  scopes.value = answer.scope.split(/\s+/).map((one) => one.split(":").pop()!);
  reason.value = "";
  clearTimeout(renewal);
  if (!answer.refresh_token) return;
  keep({ kind: "refresh", token: answer.refresh_token });
  renewal = setTimeout(renew, Math.min(LONGEST_MS, answer.expires_in * 1000 * LATE));
}

function exchange({ kind, token }: Token): Promise<Granted> {
  const name = kind === "access" ? "access_token" : "refresh_token";
  return connection.call<Granted>("public/auth", { grant_type: name, [name]: token });
}

// On the connection as it is; if that fails, the next connection finds out.
function renew(): void {
  const token = kept();
  if (token) exchange(token).then(granted, () => {});
}

async function signInAgain(): Promise<boolean> {
  const token = kept();
  if (!token) return false;
  try {
    granted(await exchange(token));
    return true;
  } catch (failure) {
    if (failure instanceof Failure && failure.code === LOST) throw failure;
    sessionStorage.removeItem(KEY);
    reason.value =
      token.kind === "access"
        ? "The token of this address is not known here: the service was started anew. It printed a new address."
        : "The sign-in has run out, or the service was started anew.";
    return false;
  }
}

const scheme = globalThis.location?.protocol === "https:" ? "wss" : "ws";
export const connection = new Connection(`${scheme}://${globalThis.location?.host}/ws/api/v2`, signInAgain);

export async function signIn(id: string, secret: string): Promise<void> {
  granted(
    await connection.call<Granted>("public/auth", {
      grant_type: "client_credentials",
      client_id: id,
      client_secret: secret,
    }),
  );
  connection.ready();
}

export function signOut(): void {
  sessionStorage.removeItem(KEY);
  clearTimeout(renewal);
  scopes.value = [];
  reason.value = "";
  connection.connect(); // a new connection, on which nobody is signed in
}

// By hand: over JSON-RPC a refusal is an answer, REST makes a problem of it.
interface Outcome {
  outcome?: string;
  refusal?: number;
  reason?: string;
}

// A call that writes to the log.  What the engine refuses stands in the log and is an answer of the service,
// but not what was wanted: here it fails like any other.
export async function command<T = unknown>(method: string, params: object): Promise<T> {
  const answer = await connection.call<T & Outcome & { commands?: Outcome[] }>(method, params);
  for (const { outcome = "accepted", refusal = LOST, reason: why } of answer.commands ?? [answer]) {
    if (outcome !== "accepted") throw new Failure(refusal, outcome, { reason: why });
  }
  return answer;
}
