// Before a version comes into force: which accounts would cross which level, and what would be required.
import { useSignal } from "@preact/signals";
import type { Failure } from "../api/connection";
import { command, connection } from "../api/session";
import type { Epochs, Preview } from "../api/types";
import { AccountLink, asFailure, Loading, Num, Panel, Position, Refused, StateChip } from "../ui/basic";
import { Table } from "../ui/table";

function Found({ found }: { found: Preview }) {
  return (
    <>
      <p>
        {found.rulebook}, epoch {found.epoch}, at position <Position at={found.position} />:{" "}
        <Num value={found.accounts.length} /> of <Num value={found.accounts_total} /> accounts cross a level.
      </p>
      <h3>Levels</h3>
      <Table
        label="Levels"
        rows={found.levels}
        id={(row) => row.level}
        columns={[
          { name: "Below", cell: (row) => row.level },
          { name: "Now", right: true, cell: (row) => <Num value={row.before} /> },
          { name: "Then", right: true, cell: (row) => <Num value={row.after} /> },
          { name: "Fall", right: true, cell: (row) => <Num value={row.entered} /> },
          { name: "Rise", right: true, cell: (row) => <Num value={row.left} /> },
        ]}
      />
      <h3>Requirements</h3>
      <Table
        label="Requirements"
        rows={found.underlyings}
        id={(row) => row.base + row.asset}
        empty="Nothing is held."
        columns={[
          { name: "Underlying", cell: (row) => row.base },
          { name: "Asset", cell: (row) => row.asset },
          { name: "IM now", right: true, cell: (row) => <Num value={row.initial_before} places={4} /> },
          { name: "IM then", right: true, cell: (row) => <Num value={row.initial_after} places={4} /> },
          { name: "MM now", right: true, cell: (row) => <Num value={row.maintenance_before} places={4} /> },
          { name: "MM then", right: true, cell: (row) => <Num value={row.maintenance_after} places={4} /> },
        ]}
      />
      <h3>Accounts that cross a level</h3>
      <Table
        label="Accounts that cross a level"
        rows={found.accounts}
        id={(row) => row.account}
        empty="None does."
        columns={[
          { name: "Account", cell: (row) => <AccountLink name={row.account} /> },
          { name: "Now", cell: (row) => <StateChip state={row.before.state} /> },
          { name: "Then", cell: (row) => <StateChip state={row.after.state} /> },
          { name: "Room now", right: true, cell: (row) => <Num value={row.before.room} places={4} /> },
          { name: "Room then", right: true, cell: (row) => <Num value={row.after.room} places={4} /> },
          { name: "MM now", right: true, cell: (row) => <Num value={row.before.maintenance} places={4} /> },
          { name: "MM then", right: true, cell: (row) => <Num value={row.after.maintenance} places={4} /> },
          { name: "Below then", cell: (row) => row.after.below.join(", ") },
        ]}
      />
    </>
  );
}

export function PreviewPanel({ books, proposed }: { books: Epochs["rulebooks"]; proposed: () => void }) {
  const failure = useSignal<Failure | undefined>(undefined);
  const found = useSignal<Preview | undefined>(undefined);
  const busy = useSignal(false);
  const chosen = useSignal("");
  const open = books.flatMap((book) =>
    book.epochs
      .filter((one) => one.status === "proposed" || one.status === "scheduled")
      .map((one) => `${book.rulebook} ${one.epoch}`),
  );
  // The submit button says which of the two is meant.
  const ask = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = String(form.get("text") ?? "");
    const proposes = (event.submitter as HTMLButtonElement | null)?.value === "propose";
    const [rulebook, epoch] = chosen.value.split(" ");
    busy.value = true;
    failure.value = undefined;
    try {
      if (proposes) {
        await command("lockstep/propose", {
          rulebook_text: text,
          note: String(form.get("note") ?? ""),
        });
        proposed();
      } else {
        const version = chosen.value ? { rulebook, epoch: Number(epoch) } : { rulebook_text: text };
        found.value = await connection.call<Preview>("lockstep/preview", version);
      }
    } catch (thrown) {
      failure.value = asFailure(thrown);
      found.value = undefined;
    }
    busy.value = false;
  };
  return (
    <Panel title="Preview" wide>
      <form class="stack" onSubmit={ask}>
        <label>
          Version
          <select
            value={chosen.value}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
            }}
          >
            <option value="">a rulebook pasted below</option>
            {open.map((one) => (
              <option key={one} value={one}>
                {one.replace(" ", ", epoch ")}
              </option>
            ))}
          </select>
        </label>
        {chosen.value === "" && (
          <>
            <label>
              Rulebook file
              <textarea
                name="text"
                rows={8}
                required
                spellcheck={false}
                placeholder="name = &quot;deribit&quot;"
              />
            </label>
            <label>
              Note, for a proposal
              <input name="note" maxLength={4096} />
            </label>
          </>
        )}
        <div class="buttons">
          <button type="submit" class="primary" disabled={busy.value}>
            Preview
          </button>
          {chosen.value === "" && (
            <button type="submit" value="propose" disabled={busy.value}>
              Propose
            </button>
          )}
        </div>
      </form>
      {failure.value && <Refused failure={failure.value} />}
      {busy.value ? <Loading /> : found.value && <Found found={found.value} />}
    </Panel>
  );
}
