// The statement of an account is a list in the order of computation: what a line is made of comes before it
// and lies deeper.  Here it becomes the tree that a person opens from the top.

export interface Node<L> {
  line: L;
  index: number; // in the list
  children: Node<L>[];
}

export function tree<L extends { depth: number }>(lines: readonly L[]): Node<L>[] {
  const open: Node<L>[] = [];
  lines.forEach((line, index) => {
    let first = open.length;
    while (first > 0 && open[first - 1]!.line.depth > line.depth) --first;
    open.push({ line, index, children: open.splice(first) });
  });
  return open;
}

// The nodes that are to be seen when those of `opened` are open, top first.
export function visible<L>(roots: Node<L>[], opened: ReadonlySet<number>, level = 1): [Node<L>, number][] {
  return roots.flatMap((node) => [
    [node, level] as [Node<L>, number],
    ...(opened.has(node.index) ? visible(node.children, opened, level + 1) : []),
  ]);
}
