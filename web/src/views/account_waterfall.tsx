// From equity to what is free, step by step; each step leads to the lines of the statement it stands for.
import type { Account } from "../api/types";
import { Bar } from "../charts/bar";
import { bars } from "../charts/waterfall";
import { href } from "../lib/route";
import { Num, Panel, Rule } from "../ui/basic";

interface Props {
  account: string;
  fall: Account["waterfall"][number];
}
export function Waterfalls({ account, fall }: Props) {
  const { bars: drawn, zero } = bars(fall.steps);
  return (
    <Panel title={`Margin waterfall, ${fall.pool}`} wide flush>
      <div role="group" class="scroller" tabIndex={0} aria-label={`Margin waterfall of ${fall.pool}`}>
        <table class="waterfall">
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Rule</th>
              <th scope="col" class="right">
                Amount
              </th>
              <th scope="col" class="bar-column">
                <span class="hidden">Bar</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {fall.steps.map((step, i) => (
              <tr key={i} class={`step-${step.kind}`}>
                <th scope="row">
                  <a href={href("account", [account, "statement"], { rule: step.rule, label: step.label })}>
                    {step.label}
                  </a>
                </th>
                <td>
                  <Rule rule={step.rule} />
                </td>
                <td class="right">
                  <Num value={step.amount} places={4} />
                </td>
                <td class="bar-column">
                  <Bar
                    from={drawn[i]!.from}
                    to={drawn[i]!.to}
                    zero={zero}
                    kind={step.binds ? step.kind : "loose"}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
