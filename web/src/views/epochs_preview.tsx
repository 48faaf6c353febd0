// Before a version comes into force: which accounts would cross which level, and what would be required.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Failure } from "../api/connection";
import { command, connection } from "../api/session";
import type { Epoch, Epochs, Preview } from "../api/types";
import { AccountLink, asFailure, Loading, Num, Panel, Position, Refused, StateChip } from "../ui/basic";
import { Table } from "../ui/table";
import { Differences } from "./epochs_act";

type Crossing = Preview["accounts"][number];
const room = (name: string, of: (row: Crossing) => string | undefined) => ({
  name,
  right: true,
  title: "Margin balance less maintenance margin, in the pool that has least",
  cell: (row: Crossing) => <Num value={of(row)} places={4} />,
});

function Found({ found }: { found: Preview }) {
  return (
    <>
      <p>
        If {found.rulebook}, version {found.version}, had come into force at position{" "}
        <Position at={found.position} />: <Num value={found.accounts.length} /> of{" "}
        <Num value={found.accounts_total} /> accounts cross a level.
      </p>
      <h3>Levels</h3>
      <Table
        label="Levels"
        rows={found.levels}
        id={(row) => row.level}
        columns={[
          { name: "Accounts below", cell: (row) => row.level },
          { name: "Now", right: true, cell: (row) => <Num value={row.before} /> },
          { name: "Then", right: true, cell: (row) => <Num value={row.after} /> },
          { name: "Fall below", right: true, cell: (row) => <Num value={row.entered} /> },
          { name: "Rise above", right: true, cell: (row) => <Num value={row.left} /> },
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
          room("Room now", (row) => row.before.room),
          room("Room then", (row) => row.after.room),
          { name: "Asset", cell: (row) => row.after.asset ?? row.before.asset },
          { name: "MM now", right: true, cell: (row) => <Num value={row.before.maintenance} places={4} /> },
          { name: "MM then", right: true, cell: (row) => <Num value={row.after.maintenance} places={4} /> },
          { name: "Below then", cell: (row) => row.after.below.join(", ") },
        ]}
      />
    </>
  );
}

const WAITS = ["proposed", "scheduled"];
interface Props {
  books: Epochs["rulebooks"];
  shown: { version: string; times: number };
  proposed: () => void;
}

export function PreviewPanel({ books, shown, proposed }: Props) {
  const failure = useSignal<Failure | undefined>(undefined);
  const found = useSignal<Preview | undefined>(undefined);
  const said = useSignal("");
  const busy = useSignal(false);
  const chosen = useSignal("");
  const place = useRef<HTMLDivElement>(null);
  const versions = new Map<string, Epoch>(
    books.flatMap((book) =>
      book.epochs
        .filter((one) => WAITS.includes(one.status))
        .map((one): [string, Epoch] => [`${book.rulebook} ${one.epoch}`, one]),
    ),
  );
  const choose = (version: string) => {
    chosen.value = version;
    found.value = undefined;
    failure.value = undefined;
    said.value = "";
  };
  const attempt = async (work: () => Promise<void>) => {
    busy.value = true;
    failure.value = undefined;
    try {
      await work();
    } catch (thrown) {
      failure.value = asFailure(thrown);
      found.value = undefined;
    }
    busy.value = false;
  };
  const preview = (text: string) => {
    const [rulebook, epoch] = chosen.value.split(" ");
    const version = chosen.value ? { rulebook, epoch: Number(epoch) } : { rulebook_text: text };
    return attempt(async () => {
      found.value = await connection.call<Preview>("lockstep/preview", version);
    });
  };
  const propose = (text: string, note: string) =>
    attempt(async () => {
      const made = await command<Proposed>("lockstep/propose", { rulebook_text: text, note });
      choose(`${made.rulebook} ${made.epoch}`);
      said.value = `Proposed as ${made.rulebook}, epoch ${made.epoch}.`;
      proposed();
    });
  // The submit button says which of the two is meant.
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = String(form.get("text") ?? "");
    const proposes = (event.submitter as HTMLButtonElement | null)?.value === "propose";
    return proposes ? propose(text, String(form.get("note") ?? "")) : preview(text);
  };
  useEffect(() => {
    if (shown.times === 0) return;
    choose(shown.version);
    preview("");
    place.current?.scrollIntoView();
  }, [shown.times]);
  const version = versions.get(chosen.value);
  return (
    <div class="wide landing" ref={place}>
      <Panel title="Preview and propose" wide>
        <form class="stack" onSubmit={send}>
          <label>
            Version
            <select value={chosen.value} onChange={(event) => choose(event.currentTarget.value)}>
              <option value="">a new one, from the file below</option>
              {[...versions.keys()].map((one) => (
                <option key={one} value={one}>
                  {one.replace(" ", ", epoch ")}
                </option>
              ))}
            </select>
          </label>
          {chosen.value === "" && <FileFields />}
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
        {said.value && (
          <p class="done" role="status">
            {said.value}
          </p>
        )}
        {failure.value && <Refused failure={failure.value} />}
        {(version ?? found.value) && <Differences row={version ?? (found.value as Preview)} />}
        {busy.value ? <Loading /> : found.value && <Found found={found.value} />}
      </Panel>
    </div>
  );
}

interface Proposed {
  rulebook: string;
  epoch: number;
}

function FileFields() {
  const text = useRef<HTMLTextAreaElement>(null);
  return (
    <>
      <label>
        Rulebook file
        <textarea
          ref={text}
          name="text"
          rows={8}
          required
          spellcheck={false}
          placeholder="rulebook = &quot;deribit&quot;"
        />
      </label>
      <label>
        or from disk
        <input
          type="file"
          accept=".toml"
          onChange={async (event) => {
            const file = event.currentTarget.files?.[0];
            if (file && text.current) text.current.value = await file.text();
          }}
        />
      </label>
      <label>
        Note, for a proposal
        <input name="note" maxLength={4096} />
      </label>
    </>
  );
}
