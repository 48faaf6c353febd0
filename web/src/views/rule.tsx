// One rule of the methodology, as the documentation has it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { href } from "../lib/route";
import { Empty, Loading, Panel } from "../ui/basic";

type Rules = Record<string, { title: string; html: string }>;

export function RuleView({ rule }: { rule: string }) {
  const rules = useSignal<Rules | undefined>(undefined);
  useEffect(() => {
    import("virtual:methodology").then((module) => {
      rules.value = module.default;
    });
  }, []);
  if (!rules.value) return <Loading />;
  const found = rules.value[rule];
  const names = Object.keys(rules.value);
  const at = names.indexOf(rule);
  return (
    <div class="reading">
      <h1 class="title">Methodology</h1>
      {found ? (
        <Panel title={`${rule} ${found.title}`}>
          {/* Made from docs/methodology.md when the page was built; nothing of it comes from the network. */}
          <div class="prose" dangerouslySetInnerHTML={{ __html: found.html }} />
        </Panel>
      ) : (
        <Empty>There is no rule {rule}.</Empty>
      )}
      <nav class="pager" aria-label="Rules">
        {at > 0 && (
          <a href={href("rule", [names[at - 1]!])}>
            ‹ {names[at - 1]} {rules.value[names[at - 1]!]!.title}
          </a>
        )}
        {at >= 0 && at + 1 < names.length && (
          <a href={href("rule", [names[at + 1]!])}>
            {names[at + 1]} {rules.value[names[at + 1]!]!.title} ›
          </a>
        )}
      </nav>
    </div>
  );
}
