// Every process that computes the same state, and whether it came to the same hash.
import { useQuery } from "../api/query";
import type { Replicas } from "../api/types";
import { Answer, Chip, Hash, Num, Panel, Position } from "../ui/basic";
import { Table } from "../ui/table";

type Row = Replicas["replicas"][number];

function Agrees({ says }: { says: boolean | null }) {
  if (says === null) return <Chip kind="plain">not compared</Chip>;
  return <Chip kind={says ? "good" : "bad"}>{says ? "agrees" : "disagrees"}</Chip>;
}

function Ticks({ ticks }: { ticks: Replicas["ticks"] }) {
  const kind = (agrees: boolean | null) => (agrees === false ? "wrong" : agrees ? "right" : "open");
  const agreed = ticks.filter((one) => one.agrees).length;
  const positions = ticks.map((one) => one.position);
  const [first, last] = [Math.min(...positions), Math.max(...positions)];
  if (!ticks.length) {
    return <p>Writer and service compute the state each by itself. Their hashes were not compared yet.</p>;
  }
  return (
    <>
      <p>
        Writer and service compute the state each by itself, and compare its hash every so often.{" "}
        <Num value={agreed} /> of <Num value={ticks.length} /> comparisons agree
        {first === last ? ", at position " : ", from position "}
        <Position at={first} />
        {first !== last && (
          <>
            {" "}
            to <Position at={last} />
          </>
        )}
        .
      </p>
      <ol class="ticks" aria-label="Comparisons of state hashes">
        {ticks.map((one) => (
          <li key={one.position} class={kind(one.agrees)} title={`${one.position}  ${one.hash}`}>
            <span class="hidden">
              {one.position} {one.agrees === false ? "disagrees" : one.agrees ? "agrees" : "not compared"}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

export function ReplicasView() {
  const query = useQuery<Replicas>("lockstep/replicas", {}, { every: 500 });
  return (
    <>
      <h1 class="title">Replicas</h1>
      <Answer of={query}>
        {(data) => (
          <div class="grid">
            <Panel
              title="Processes"
              wide
              flush
              aside={
                <span class="faint">
                  behaviour {data.behaviour}, schema {data.schema}, state <Hash value={data.state_hash} /> at{" "}
                  <Position at={data.position} />
                </span>
              }
            >
              <Table
                label="Processes"
                empty="Nobody else follows this log."
                rows={data.replicas}
                id={(row) => row.name}
                mark={(row: Row) => (row.hash_agrees === false ? "wrong" : "")}
                columns={[
                  { name: "Name", cell: (row) => row.name },
                  { name: "Role", cell: (row) => row.role },
                  { name: "Standing", cell: (row) => row.standing },
                  { name: "Position", right: true, cell: (row) => <Position at={row.position} /> },
                  { name: "Lag", right: true, cell: (row) => <Num value={row.lag} /> },
                  { name: "Hash", cell: (row) => <Hash value={row.hash} /> },
                  { name: "At", right: true, cell: (row) => <Position at={row.hash_at} /> },
                  { name: "Agreement", cell: (row) => <Agrees says={row.hash_agrees} /> },
                  { name: "Votes", cell: (row) => (row.votes ? "votes" : "") },
                  {
                    name: "Silence",
                    quiet: true,
                    cell: (row) => row.silent && <Chip kind="warn">silent</Chip>,
                  },
                ]}
              />
            </Panel>
            <Panel title="Agreement" wide>
              <Ticks ticks={data.ticks} />
            </Panel>
          </div>
        )}
      </Answer>
    </>
  );
}
