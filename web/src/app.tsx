// The view that the address names, inside what stays around it; or the form to sign in.

import { useEffect } from "preact/hooks";
import { overview } from "./api/overview";
import { connection } from "./api/session";
import { href, route } from "./lib/route";
import { Empty, Loading } from "./ui/basic";
import { PLACES, Shell } from "./ui/shell";
import { AccountView } from "./views/account";
import { AccountsView } from "./views/accounts";
import { EpochsView } from "./views/epochs";
import { LadderView } from "./views/ladder";
import { LogView } from "./views/log";
import { OverviewView } from "./views/overview";
import { ReplicasView } from "./views/replicas";
import { RuleView } from "./views/rule";
import { SignIn } from "./views/sign_in";
import { StressView } from "./views/stress";
import { SurfaceView } from "./views/surface";
import { WhatIfView } from "./views/what_if";

function Unknown({ view }: { view: string }) {
  return (
    <>
      <h1 class="title">Not found</h1>
      <Empty>
        There is no view "{view}". The <a href={href("overview")}>overview</a> leads on.
      </Empty>
    </>
  );
}

function View() {
  const { view, path, query } = route.value;
  switch (view) {
    case "overview":
      return <OverviewView />;
    case "accounts":
      return <AccountsView address={query} />;
    case "account":
      return <AccountView key={path[0]} name={path[0] ?? ""} tab={path[1] ?? "margin"} />;
    case "what-if":
      return <WhatIfView />;
    case "ladder":
      return <LadderView />;
    case "stress":
      return <StressView />;
    case "surface":
      return <SurfaceView />;
    case "epochs":
      return <EpochsView />;
    case "replicas":
      return <ReplicasView />;
    case "log":
      return <LogView />;
    case "rule":
      return <RuleView rule={path[0] ?? ""} />;
    default:
      return <Unknown view={view} />;
  }
}

export function App() {
  const status = connection.status.value;
  const { view, path } = route.value;
  useEffect(() => {
    const place = PLACES.find((one) => one.view === view)?.name;
    const title = view === "account" ? path[0] : view === "rule" ? `Rule ${path[0]}` : place;
    document.title = `${title ?? "Not found"} · Lockstep`;
  }, [view, path[0]]);
  if (status === "signed_out") return <SignIn />;
  if (!overview.value && status !== "ready") {
    return (
      <main class="alone">
        <p role="status">
          {status === "waiting" ? "The service does not answer. Trying again." : "Connecting."}
        </p>
        <Loading rows={3} />
      </main>
    );
  }
  return (
    <Shell>
      <View />
    </Shell>
  );
}
