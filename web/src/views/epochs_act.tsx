// What is done to a version, and asked before: approve, schedule, cancel.
import { useSignal } from "@preact/signals";
import type { Failure } from "../api/connection";
import { command } from "../api/session";
import type { Epoch, Epochs } from "../api/types";
import { asFailure, Num, Refused } from "../ui/basic";
import { Dialog } from "../ui/dialog";

type Book = Epochs["rulebooks"][number];
type Rules = NonNullable<Book["rules"]>;

export type Act = "approve" | "schedule" | "cancel_epoch";
export interface Doing {
  act: Act;
  book: Book;
  row: Epoch;
}
export const TITLES: Record<Act, string> = {
  approve: "Approve",
  schedule: "Schedule",
  cancel_epoch: "Cancel",
};

const many = (count: number) =>
  count === 0 ? "no approval" : count === 1 ? "1 approval" : `${count} approvals`;
export function needs({ approvals, emergency_approvals: emergency }: Rules): string {
  return `${many(approvals)}${emergency === approvals ? "" : ` (${many(emergency)} in an emergency)`}`;
}

// What it would change against the version in force, in the lines of `lockstep rulebook diff`.
export function Differences({ row }: { row: Pick<Epoch, "differences" | "differences_total"> }) {
  const { differences, differences_total: total = 0 } = row;
  if (!differences) return null;
  return (
    <>
      <h3>
        {total === 0
          ? "It changes nothing."
          : total === 1
            ? "It changes one line"
            : `It changes ${total} lines`}
      </h3>
      {total > 0 && (
        <ul class="differences" tabIndex={0} aria-label="Changes">
          {differences.map((line) => (
            <li key={line}>{line.replaceAll("->", "→")}</li>
          ))}
          {total > differences.length && <li class="faint">and {total - differences.length} more</li>}
        </ul>
      )}
    </>
  );
}

type When = "now" | "time" | "position";
function ScheduleFields({ book, now }: { book: Book; now: Epochs | undefined }) {
  const kind = useSignal<When>("now");
  const steps = useSignal("");
  return (
    <>
      <label>
        Comes into force
        <select
          name="when"
          value={kind.value}
          onChange={(event) => {
            kind.value = event.currentTarget.value as When;
          }}
        >
          <option value="now">at once</option>
          <option value="time">at log time</option>
          <option value="position">at log position</option>
        </select>
      </label>
      {kind.value === "time" && (
        <label>
          Time, UTC
          <input name="time" type="datetime-local" required />
        </label>
      )}
      {kind.value === "position" && (
        <label>
          Position
          <input name="position" inputMode="numeric" pattern="[1-9][0-9]*" required />
        </label>
      )}
      {now && (
        <p class="faint">
          The log is at <Num value={now.position} />, {now.time.slice(0, 19)} UTC.
        </p>
      )}
      <div class="pair">
        <label>
          Steps
          <input
            name="steps"
            inputMode="numeric"
            pattern="[1-9][0-9]*"
            placeholder="1"
            onInput={(event) => {
              steps.value = event.currentTarget.value.trim();
            }}
          />
        </label>
        <label>
          one every
          <input name="every" placeholder="12 h" required={!["", "1"].includes(steps.value)} />
        </label>
      </div>
      <label class="inline">
        <input name="emergency" type="checkbox" /> emergency: without notice
        {book.rules && book.rules.approvals !== book.rules.emergency_approvals
          ? `, with ${many(book.rules.emergency_approvals)}`
          : ""}
      </label>
    </>
  );
}

function scheduled(form: FormData): Record<string, unknown> {
  const said = (name: string) => String(form.get(name) ?? "").trim();
  const params: Record<string, unknown> = {};
  if (said("time")) params.at_time = said("time").padEnd(19, ":00");
  if (said("position")) params.at_position = Number(said("position"));
  if (said("steps")) params.steps = Number(said("steps"));
  if (said("every")) params.every = said("every");
  if (form.get("emergency")) params.emergency = true;
  return params;
}

export function ActDialog(props: { doing: Doing; now: Epochs | undefined; close: () => void }) {
  const { act, book, row } = props.doing;
  const failure = useSignal<Failure | undefined>(undefined);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const more =
      act === "approve" ? { note: String(form.get("note")) } : act === "schedule" ? scheduled(form) : {};
    try {
      await command(`lockstep/${act}`, { rulebook: book.rulebook, epoch: row.epoch, ...more });
      props.close();
    } catch (thrown) {
      failure.value = asFailure(thrown);
    }
  };
  return (
    <Dialog title={`${TITLES[act]} ${book.rulebook}, epoch ${row.epoch}`} close={props.close}>
      <form onSubmit={send} class="stack">
        {act !== "cancel_epoch" && <Differences row={row} />}
        {act === "approve" && (
          <label>
            Note <input name="note" maxLength={4096} />
          </label>
        )}
        {act === "schedule" && <ScheduleFields book={book} now={props.now} />}
        {act === "cancel_epoch" && <p>It will not come into force. It can be proposed again.</p>}
        {failure.value && <Refused failure={failure.value} />}
        <div class="buttons">
          <button type="button" onClick={props.close}>
            Back
          </button>
          <button type="submit" class={act === "cancel_epoch" ? "danger" : "primary"}>
            {act === "cancel_epoch" ? "Cancel this epoch" : TITLES[act]}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
