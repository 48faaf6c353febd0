// Versions of the rulebooks: who proposed and approved them, when they come into force, and whom they would
// call.
import { useSignal } from "@preact/signals";
import type { Failure } from "../api/connection";
import { useQuery } from "../api/query";
import { command, may } from "../api/session";
import type { Epoch, Epochs } from "../api/types";
import { Answer, asFailure, Chip, Hash, Panel, Position, Refused } from "../ui/basic";
import { Dialog } from "../ui/dialog";
import { Table } from "../ui/table";
import { PreviewPanel } from "./epochs_preview";

type Book = Epochs["rulebooks"][number];
const KINDS: Record<Epoch["status"], string> = {
  proposed: "warn",
  scheduled: "info",
  active: "good",
  retired: "plain",
  cancelled: "plain",
};
const when = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

type Act = "approve" | "schedule" | "cancel_epoch";
interface Doing {
  act: Act;
  rulebook: string;
  epoch: number;
}
const TITLES: Record<Act, string> = { approve: "Approve", schedule: "Schedule", cancel_epoch: "Cancel" };

function ActDialog({ doing, close }: { doing: Doing; close: () => void }) {
  const failure = useSignal<Failure | undefined>(undefined);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const { act, rulebook, epoch } = doing;
    const params: Record<string, unknown> = { rulebook, epoch };
    if (act === "approve") params.note = String(form.get("note"));
    if (act === "schedule") {
      const time = String(form.get("time"));
      if (time) params.at_time_ms = Date.parse(`${time}:00Z`);
      else params.at_position = Number(form.get("position"));
      if (form.get("emergency")) params.emergency = true;
    }
    try {
      await command(`lockstep/${act}`, params);
      close();
    } catch (thrown) {
      failure.value = asFailure(thrown);
    }
  };
  return (
    <Dialog title={`${TITLES[doing.act]} ${doing.rulebook}, epoch ${doing.epoch}`} close={close}>
      <form onSubmit={send} class="stack">
        {doing.act === "approve" && (
          <label>
            Note <input name="note" maxLength={4096} />
          </label>
        )}
        {doing.act === "schedule" && (
          <>
            <label>
              At log time, UTC <input name="time" type="datetime-local" />
            </label>
            <label>
              or at log position <input name="position" inputMode="numeric" pattern="[0-9]*" />
            </label>
            <label class="inline">
              <input name="emergency" type="checkbox" /> emergency
            </label>
          </>
        )}
        {doing.act === "cancel_epoch" && <p>It will not come into force. It can be proposed again.</p>}
        {failure.value && <Refused failure={failure.value} />}
        <div class="buttons">
          <button type="button" onClick={close}>
            Back
          </button>
          <button type="submit" class="primary">
            {TITLES[doing.act]}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Acts({ book, row, act }: { book: Book; row: Epoch; act: (doing: Doing) => void }) {
  if (!may("operate") || (row.status !== "proposed" && row.status !== "scheduled")) return null;
  const acts: Act[] =
    row.status === "proposed" ? ["approve", "schedule", "cancel_epoch"] : ["approve", "cancel_epoch"];
  return (
    <span class="buttons">
      {acts.map((one) => (
        <button
          key={one}
          type="button"
          onClick={() => act({ act: one, rulebook: book.rulebook, epoch: row.epoch })}
        >
          {TITLES[one]}
          <span class="hidden"> epoch {row.epoch}</span>
        </button>
      ))}
    </span>
  );
}

function RulesOf({ book }: { book: Book }) {
  if (!book.rules) return <span class="faint">no epoch is in force</span>;
  const { approvals, emergency_approvals, notice, grace } = book.rules;
  return (
    <span class="faint">
      epoch {book.active} in force; {approvals} approvals needed ({emergency_approvals} in an emergency),
      notice {notice}, grace {grace}
    </span>
  );
}

function Versions({ book, act }: { book: Book; act: (doing: Doing) => void }) {
  return (
    <Table
      label={`Epochs of ${book.rulebook}`}
      rows={[...book.epochs].reverse()}
      id={(row) => row.epoch}
      empty="No version was proposed."
      columns={[
        { name: "Epoch", right: true, cell: (row) => row.epoch },
        {
          name: "Status",
          cell: (row) => (
            <>
              <Chip kind={KINDS[row.status]}>{row.status}</Chip>
              {row.emergency && <Chip kind="bad">emergency</Chip>}
            </>
          ),
        },
        { name: "Proposed by", cell: (row) => row.proposer },
        {
          name: "Approved by",
          cell: (row) =>
            row.approvals.map((one) => (
              <span key={one.by} title={`${when(one.time_ms)} ${one.note}`}>
                {one.by}{" "}
              </span>
            )),
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
        { name: "Note", cell: (row) => row.note },
        { name: "Actions", quiet: true, cell: (row) => <Acts book={book} row={row} act={act} /> },
      ]}
    />
  );
}

export function EpochsView() {
  const query = useQuery<Epochs>("lockstep/epochs", {}, { every: 500 });
  const doing = useSignal<Doing | undefined>(undefined);
  return (
    <>
      <h1 class="title">Epochs</h1>
      <Answer of={query}>
        {(data) => (
          <div class="grid">
            {data.rulebooks.map((book) => (
              <Panel key={book.rulebook} title={book.rulebook} wide flush aside={<RulesOf book={book} />}>
                <Versions
                  book={book}
                  act={(one) => {
                    doing.value = one;
                  }}
                />
              </Panel>
            ))}
            {may("operate") && <PreviewPanel books={data.rulebooks} proposed={query.reload} />}
          </div>
        )}
      </Answer>
      {doing.value && (
        <ActDialog
          doing={doing.value}
          close={() => {
            doing.value = undefined;
            query.reload();
          }}
        />
      )}
    </>
  );
}
