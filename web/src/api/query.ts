// A view's figures: asked for when it opens, again when its question changes, and again when the state has
// moved, but not more often than it says.  The last answer stays in place until the next one is there.
import { signal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Asker } from "./asker";
import { Failure, LOST } from "./connection";
import { connection } from "./session";

export const position = signal(0); // of the newest overview

export interface Query<T> {
  data: T | undefined;
  failure: Failure | undefined;
  loading: boolean; // there is no answer yet to the question as it is now
  reload: () => void;
}

interface Options {
  every?: number; // milliseconds between the end of one question and the next
  live?: boolean; // ask again when the state has moved
  keep?: boolean; // while another question is on its way, show the answer to the one before
  idle?: boolean; // ask nothing
}

export function useQuery<T>(method: string, params: object, options: Options = {}): Query<T> {
  const { every = 250, live = true, keep = false, idle = false } = options;
  const key = idle ? "" : `${method} ${JSON.stringify(params)}`;
  const data = useSignal<{ key: string; value: T } | undefined>(undefined);
  const failure = useSignal<{ key: string; value: Failure } | undefined>(undefined);
  const asker = useRef<Asker | undefined>(undefined);

  useEffect(() => {
    if (!key) return;
    const made = new Asker(every, async () => {
      try {
        const value = await connection.call<T>(method, params);
        if (asker.current !== made) return;
        data.value = { key, value };
        failure.value = undefined;
      } catch (reason) {
        if (asker.current !== made || !(reason instanceof Failure) || reason.code === LOST) return;
        failure.value = { key, value: reason };
      }
    });
    asker.current = made;
    made.ask();
    return () => {
      made.stop();
      asker.current = undefined;
    };
  }, [key, every]);

  useSignalEffect(() => {
    const moved = position.value;
    if (connection.status.value === "ready" && (live || !data.peek()) && moved >= 0) asker.current?.ask();
  });
  useEffect(() => {
    const shown = () => {
      if (!document.hidden && live) asker.current?.ask();
    };
    document.addEventListener("visibilitychange", shown);
    return () => document.removeEventListener("visibilitychange", shown);
  }, [live]);

  const current = useComputed(() => ({ data: data.value, failure: failure.value })).value;
  const fresh = current.data?.key === key;
  const failed = current.failure?.key === key ? current.failure.value : undefined;
  return {
    data: fresh || (keep && key) ? current.data?.value : undefined,
    failure: failed,
    loading: !fresh && !failed && key !== "",
    reload: () => asker.current?.ask(),
  };
}
