// Versions of the rulebooks: who proposed and approved them, when they come into force, and whom they would
// call.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useQuery } from "../api/query";
import { may } from "../api/session";
import type { Epoch, Epochs } from "../api/types";
import { route } from "../lib/route";
import { Answer, Chip, Hash, Panel, Position, panelId } from "../ui/basic";
import { Table } from "../ui/table";
import { type Act, ActDialog, type Doing, needs, TITLES } from "./epochs_act";
import { PreviewPanel } from "./epochs_preview";

type Book = Epochs["rulebooks"][number];
const KINDS: Record<Epoch["status"], string> = {
  proposed: "warn",
  scheduled: "info",
  active: "good",
  retired: "plain",
  cancelled: "plain",
};
const when = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;

interface Handlers {
  act: (doing: Doing) => void;
  preview: (version: string) => void;
}

function Acts({ book, row, act, preview }: { book: Book; row: Epoch } & Handlers) {
  if (!may("operate") || (row.status !== "proposed" && row.status !== "scheduled")) return null;
  const acts: Act[] = ["approve", "schedule", "cancel_epoch"].filter(
    (act): act is Act =>
      !(act === "approve" && row.step_to > 0) && !(act === "schedule" && row.status === "scheduled"),
  );
  return (
    <span class="buttons">
      <button type="button" onClick={() => preview(`${book.rulebook} ${row.epoch}`)}>
        Preview<span class="hidden"> epoch {row.epoch}</span>
      </button>
      {acts.map((one) => (
        <button key={one} type="button" onClick={() => act({ act: one, book, row })}>
          {TITLES[one]}
          <span class="hidden"> epoch {row.epoch}</span>
        </button>
      ))}
    </span>
  );
}

function RulesOf({ book }: { book: Book }) {
  if (!book.rules) return <span class="faint">no epoch is in force</span>;
  const { notice, grace } = book.rules;
  return (
    <span class="faint">
      epoch {book.active} in force; the next needs {needs(book.rules)}, notice {notice}, grace {grace}
    </span>
  );
}

// A step of a ramp comes with the version that it leads to and is not approved by itself.
// Who has approved and, as long as it matters, how many of how many that are.
function Approvals({ book, row }: { book: Book; row: Epoch }) {
  const waits = (row.status === "proposed" || row.status === "scheduled") && row.step_to === 0;
  const wanted = row.emergency ? book.rules?.emergency_approvals : book.rules?.approvals;
  return (
    <>
      {row.approvals.map((one) => (
        <span key={one.by} title={`${when(one.time_ms)} ${one.note}`}>
          {one.by}{" "}
        </span>
      ))}
      {waits && wanted ? (
        <span class="faint">
          {row.approvals.length} of {wanted}
        </span>
      ) : (
        row.approvals.length === 0 && <span class="none">–</span>
      )}
    </>
  );
}

function Versions({ book, ...handlers }: { book: Book } & Handlers) {
  return (
    <Table
      label={`Epochs of ${book.rulebook}`}
      rows={[...book.epochs].reverse()}
      id={(row) => row.epoch}
      empty="No version was proposed."
      columns={[
        { name: "Epoch", cell: (row) => row.epoch },
        {
          name: "Status",
          cell: (row) => (
            <>
              <Chip kind={KINDS[row.status]}>{row.status}</Chip>{" "}
              {row.emergency && <Chip kind="bad">emergency</Chip>}
              {row.step_to > 0 && <Chip kind="plain">step to {row.step_to}</Chip>}
            </>
          ),
        },
        { name: "Proposed by", cell: (row) => row.proposer },
        {
          name: "Approved by",
          cell: (row) => <Approvals book={book} row={row} />,
        },
        {
          name: "In force",
          cell: (row) =>
            row.at_position ? (
              <>
                at <Position at={row.at_position} />
              </>
            ) : row.at_time_ms ? (
              when(row.at_time_ms)
            ) : (
              "–"
            ),
        },
        { name: "Version", cell: (row) => row.version },
        { name: "Identity", cell: (row) => <Hash value={row.identity} /> },
        {
          name: "Note",
          cell: (row) =>
            row.note && (
              <span class="note" title={row.note}>
                {row.note}
              </span>
            ),
        },
        { name: "Actions", quiet: true, cell: (row) => <Acts book={book} row={row} {...handlers} /> },
      ]}
    />
  );
}

export function EpochsView() {
  const query = useQuery<Epochs>("lockstep/epochs", {}, { every: 500 });
  const doing = useSignal<Doing | undefined>(undefined);
  const wanted = route.value.query.get("rulebook"); // of the overview's links
  const there = query.data !== undefined;
  useEffect(() => {
    if (wanted && there) document.getElementById(panelId(wanted))?.scrollIntoView();
  }, [wanted, there]);
  const shown = useSignal({ version: "", times: 0 }); // what the button of a row asks the preview for
  return (
    <>
      <h1 class="title">Epochs</h1>
      <Answer of={query}>
        {(data) => (
          <div class="grid">
            {data.rulebooks.length === 0 && <p class="empty">No rulebook was proposed yet.</p>}
            {data.rulebooks.map((book) => (
              <Panel key={book.rulebook} title={book.rulebook} wide flush aside={<RulesOf book={book} />}>
                <Versions
                  book={book}
                  act={(one) => {
                    doing.value = one;
                  }}
                  preview={(version) => {
                    shown.value = { version, times: shown.value.times + 1 };
                  }}
                />
              </Panel>
            ))}
            {may("operate") && (
              <PreviewPanel books={data.rulebooks} shown={shown.value} proposed={query.reload} />
            )}
          </div>
        )}
      </Answer>
      {doing.value && (
        <ActDialog
          doing={doing.value}
          now={query.data}
          close={() => {
            doing.value = undefined;
            query.reload();
          }}
        />
      )}
    </>
  );
}
