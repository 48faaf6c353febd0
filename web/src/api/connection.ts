// One WebSocket to the service, JSON-RPC 2.0, for everything the page asks and everything it is told.  Opens
// again by itself, signs in again and subscribes again; a notification that does not follow the one before it
// makes a channel start anew.
import { type Signal, signal } from "@preact/signals";

export type Status = "connecting" | "signing_in" | "ready" | "signed_out" | "waiting";

// What the service answered instead of a result; code 0: there was no answer, because the connection was lost.
export class Failure extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data: unknown = undefined,
  ) {
    super(message);
  }
}
export const LOST = 0;

// By hand: channels are no resources of REST.
export interface Notice {
  type?: "snapshot" | "change";
  position: number;
  prev_position?: number | null;
}
type Handler = (data: never) => void;

interface Channel {
  handlers: Set<Handler>;
  last: number | undefined; // position of the last notification
}
interface Pending {
  resolve: (value: never) => void;
  reject: (failure: Failure) => void;
  timer: ReturnType<typeof setTimeout>;
}

const BACKOFF_FIRST_MS = 200;
const BACKOFF_LAST_MS = 5_000;
const ANSWER_MS = 180_000; // stress of a hundred thousand accounts takes most of a minute
const QUIET_MS = 15_000; // then the other side is asked whether it is there

export class Connection {
  readonly status: Signal<Status> = signal("connecting");
  readonly retryAt = signal(0); // when status is waiting; milliseconds as Date.now()
  gaps = 0; // for tests and for the curious

  private socket: WebSocket | undefined;
  private id = 0;
  private readonly pending = new Map<number, Pending>();
  private readonly channels = new Map<string, Channel>();
  private attempts = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private quiet: ReturnType<typeof setTimeout> | undefined;

  // `signIn` is called on every new connection; false: nobody can be signed in, so a person has to.
  constructor(
    private readonly url: string,
    private readonly signIn: () => Promise<boolean>,
    private readonly open = (url: string) => new WebSocket(url),
  ) {}

  connect(): void {
    clearTimeout(this.retry);
    this.socket?.close();
    this.status.value = "connecting";
    const socket = this.open(this.url);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => this.received(String(event.data));
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.drop(socket), QUIET_MS);
  }

  call<T>(method: string, params: object = {}, timeout = ANSWER_MS): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.socket?.readyState !== 1) {
        reject(new Failure(LOST, "not connected"));
        return;
      }
      const id = ++this.id;
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new Failure(LOST, `no answer to ${method} within ${timeout / 1000} s`));
      }, timeout);
      this.pending.set(id, { resolve, reject, timer });
      this.socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  // Returns what ends it.
  subscribe<T extends Notice>(channel: string, handler: (data: T) => void): () => void {
    let entry = this.channels.get(channel);
    if (!entry) {
      entry = { handlers: new Set(), last: undefined };
      this.channels.set(channel, entry);
      if (this.status.value === "ready") this.request("private/subscribe", channel);
    }
    entry.handlers.add(handler as Handler);
    return () => {
      entry.handlers.delete(handler as Handler);
      if (entry.handlers.size || this.channels.get(channel) !== entry) return;
      this.channels.delete(channel);
      if (this.status.value === "ready") this.request("private/unsubscribe", channel);
    };
  }

  // After a person has signed in, on this connection.
  ready(): void {
    this.attempts = 0;
    for (const [name, channel] of this.channels) {
      channel.last = undefined;
      this.request("private/subscribe", name);
    }
    this.status.value = "ready";
  }

  private request(method: string, channel: string): void {
    this.call(method, { channels: [channel] }).catch((failure: Failure) => {
      if (failure.code !== LOST) console.warn(`${method} ${channel}: ${failure.message}`);
    });
  }

  private async opened(): Promise<void> {
    const socket = this.socket;
    this.status.value = "signing_in";
    this.listen();
    try {
      const signedIn = await this.signIn();
      if (this.socket !== socket) return;
      if (signedIn) this.ready();
      else this.status.value = "signed_out";
    } catch {
      this.drop(socket); // the answer did not come
    }
  }

  private received(text: string): void {
    this.listen();
    const message = JSON.parse(text);
    if (message.method === "subscription") {
      this.notified(message.params.channel, message.params.data);
      return;
    }
    const waiting = this.pending.get(message.id);
    if (!waiting) return;
    this.pending.delete(message.id);
    clearTimeout(waiting.timer);
    if (message.error) {
      const { code, message: words, data } = message.error;
      waiting.reject(new Failure(code, words, data));
    } else {
      waiting.resolve(message.result as never);
    }
  }

  private notified(name: string, data: Notice): void {
    const channel = this.channels.get(name);
    if (!channel) return;
    const follows =
      data.type === "snapshot" || channel.last === undefined || data.prev_position === channel.last;
    channel.last = data.position;
    if (!follows) {
      ++this.gaps;
      channel.last = undefined;
      this.request("private/unsubscribe", name);
      this.request("private/subscribe", name);
    }
    for (const handler of channel.handlers) handler(data as never);
  }

  private listen(): void {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => {
      const socket = this.socket;
      this.call("public/test", {}, 5_000).catch(() => {
        this.drop(socket);
      });
    }, QUIET_MS);
  }

  // A browser waits up to a minute for a peer that hangs to agree to the end; nobody else does.
  private drop(socket: WebSocket | undefined): void {
    if (this.socket !== socket) return;
    socket?.close();
    if (this.socket === socket) this.lost();
  }

  private lost(): void {
    this.socket = undefined;
    clearTimeout(this.quiet);
    for (const { reject, timer } of this.pending.values()) {
      clearTimeout(timer);
      reject(new Failure(LOST, "the connection was lost"));
    }
    this.pending.clear();
    const delay = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** this.attempts++);
    this.retryAt.value = Date.now() + delay;
    this.status.value = "waiting";
    this.retry = setTimeout(() => this.connect(), delay);
  }
}
