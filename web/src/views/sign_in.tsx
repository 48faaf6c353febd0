// For who comes without a token: the id and the secret of a key.
import { useSignal } from "@preact/signals";
import type { Failure } from "../api/connection";
import { reason, signIn } from "../api/session";
import { asFailure, Refused } from "../ui/basic";

export function SignIn() {
  const failure = useSignal<Failure | undefined>(undefined);
  const busy = useSignal(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    busy.value = true;
    failure.value = undefined;
    try {
      await signIn(String(form.get("id")).trim(), String(form.get("secret")).trim());
    } catch (thrown) {
      failure.value = asFailure(thrown);
    }
    busy.value = false;
  };
  return (
    <main class="alone">
      <form class="panel sign-in" onSubmit={submit}>
        <h1>Lockstep</h1>
        <p>Sign in with a key of this service. “lockstep run” prints an address that does it for you.</p>
        {reason.value && (
          <p class="banner" role="status">
            {reason.value}
          </p>
        )}
        <label>
          Client id
          <input name="id" required autocomplete="username" spellcheck={false} autocapitalize="none" />
        </label>
        <label>
          Client secret
          <input name="secret" type="password" required autocomplete="current-password" />
        </label>
        {failure.value && <Refused failure={failure.value} />}
        <button type="submit" class="primary" disabled={busy.value}>
          Sign in
        </button>
      </form>
    </main>
  );
}
