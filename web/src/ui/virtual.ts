// The rows that are to be seen of a long list, kept by virtual-core: fixed height, so that a hundred thousand
// rows cost what forty do.
import { useSignal } from "@preact/signals";
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Rows {
  items: VirtualItem[];
  height: number;
  show: (index: number) => void;
}

export function useVirtual(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number): Rows {
  const drawn = useSignal(0);
  const kept = useRef<Virtualizer<HTMLElement, HTMLElement> | undefined>(undefined);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => {
      ++drawn.value;
    },
  };
  kept.current ??= new Virtualizer(options);
  const rows = kept.current;
  rows.setOptions(options);
  useEffect(() => rows._didMount(), []);
  useEffect(() => rows._willUpdate());
  drawn.value; // drawn again when the virtualizer says so
  return {
    items: rows.getVirtualItems(),
    height: rows.getTotalSize(),
    show: (index) => rows.scrollToIndex(index, { align: "auto" }),
  };
}
