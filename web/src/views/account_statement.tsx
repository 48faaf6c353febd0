// The computation itself: totals first, each opened into the lines it was made of, with the rule and with the
// log position of every price that went in.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { useQuery } from "../api/query";
import type { Line, Statement as Lines } from "../api/types";
import { route } from "../lib/route";
import { type Node, tree, visible } from "../lib/tree";
import { Answer, Num, Panel, Position, Rule } from "../ui/basic";

// All that has to be open for the line that the address asks for to be seen.
function pathTo(
  roots: Node<Line>[],
  wanted: (line: Line) => boolean,
  above: number[] = [],
): number[] | undefined {
  for (const node of roots) {
    if (wanted(node.line)) return [...above, node.index];
    const found = pathTo(node.children, wanted, [...above, node.index]);
    if (found) return found;
  }
  return undefined;
}

function Inputs({ line }: { line: Line }) {
  return (
    <>
      {line.inputs.map((input, i) => (
        <span key={`${input.name}${i}`} class="input">
          <span class="faint">{input.name}</span> <Num value={input.value} />
          {input.position > 0 && (
            <span class="faint">
              {" "}
              @ <Position at={input.position} />
            </span>
          )}
        </span>
      ))}
    </>
  );
}

function Tree({ lines }: { lines: Line[] }) {
  const roots = useMemo(() => tree(lines), [lines]);
  const opened = useSignal<ReadonlySet<number>>(new Set());
  const { query } = route.value;
  const [rule, label] = [query.get("rule"), query.get("label")];
  useEffect(() => {
    if (!rule) return;
    const path =
      pathTo(roots, (line) => line.rule === rule && line.label === label) ??
      pathTo(roots, (line) => line.rule === rule);
    if (path) opened.value = new Set(path);
    requestAnimationFrame(() => document.querySelector("tr.wanted")?.scrollIntoView({ block: "center" }));
  }, [rule, label]);
  const toggle = (index: number) => {
    const next = new Set(opened.value);
    if (!next.delete(index)) next.add(index);
    opened.value = next;
  };
  const all = () => {
    opened.value = opened.value.size ? new Set() : new Set(lines.map((_, index) => index));
  };
  return (
    <Panel
      title="Statement"
      wide
      flush
      aside={
        <button type="button" onClick={all}>
          {opened.value.size ? "Close all" : "Open all"}
        </button>
      }
    >
      <div role="group" class="scroller" tabIndex={0} aria-label="Statement">
        <table class="statement">
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Rule</th>
              <th scope="col" class="right">
                Amount
              </th>
              <th scope="col">Asset</th>
              <th scope="col">Inputs</th>
            </tr>
          </thead>
          <tbody>
            {visible(roots, opened.value).map(([node, level]) => {
              const { line, index, children } = node;
              const wanted = rule === line.rule && label === line.label;
              return (
                <tr
                  key={index}
                  class={`level-${Math.min(level, 5)}${line.binds ? "" : " loose"}${wanted ? " wanted" : ""}`}
                >
                  <th scope="row">
                    {children.length ? (
                      <button
                        type="button"
                        class="opener"
                        aria-expanded={opened.value.has(index)}
                        onClick={() => toggle(index)}
                      >
                        {line.label}
                      </button>
                    ) : (
                      <span class="leaf">{line.label}</span>
                    )}
                    {!line.binds && <span class="faint"> (does not bind)</span>}
                  </th>
                  <td>
                    <Rule rule={line.rule} />
                  </td>
                  <td class="right">
                    <Num value={line.amount} places={level === 1 ? 4 : undefined} />
                  </td>
                  <td>{line.asset}</td>
                  <td class="inputs">
                    <Inputs line={line} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

export function Statement({ account }: { account: string }) {
  const query = useQuery<Lines>("lockstep/statement", { account }, { every: 500 });
  return <Answer of={query}>{(data) => <Tree lines={data.lines} />}</Answer>;
}
