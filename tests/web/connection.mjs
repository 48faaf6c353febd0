// A connection that breaks, and a service that is started anew.
import { createServer, connect } from "node:net";
import { picture, view, withPage } from "./browser.mjs";
import { Service, until } from "./service.mjs";

// Passes bytes on to the service, until it is cut.
async function wire(port) {
  const open = new Set();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      open.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  const listen = (at) => new Promise((done) => server.listen(at, "127.0.0.1", done));
  await listen(0);
  const { port: own } = server.address();
  return {
    url: `http://127.0.0.1:${own}`,
    cut: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of open) socket.destroy();
      await closed;
    },
    mend: () => listen(own),
  };
}

export const connection = [
  {
    name: "connection: a service that hangs is said within half a minute, and goes on by itself",
    run: (service) =>
      withPage(service.page, async (page) => {
        await view(page, "#/overview");
        await page.getByText("Live").waitFor();
        service.process.kill("SIGSTOP");
        try {
          await page.getByText("Not connected").waitFor({ timeout: 30_000 });
        } finally {
          service.process.kill("SIGCONT");
        }
        await page.getByText("Live").waitFor({ timeout: 30_000 });
      }),
  },
  {
    name: "connection: a broken one keeps the figures, says so, and comes back by itself",
    run: async (service) => {
      const { url, cut, mend } = await wire(service.port);
      await withPage(`${url}/#token=${service.token}`, async (page) => {
        await view(page, "#/overview");
        await page.getByText("Live").waitFor();
        await cut();
        await page.getByText("Not connected").waitFor();
        await page.locator("dl.figures dd").first().waitFor();
        await picture(page, "disconnected");
        await mend();
        await page.getByText("Live").waitFor();
        const { position } = await service.call("lockstep/move_market", { base: "BTC", percent: "0.1" });
        await page.waitForFunction((at) => {
          const facts = [...document.querySelectorAll(".facts div")].find((one) => one.textContent.startsWith("Position"));
          return Number(facts.querySelector("dd").textContent.replaceAll(",", "")) >= at;
        }, position);
      });
      await cut();
    },
  },
  {
    name: "connection: after a restart the page says why it needs a new sign-in, and goes on",
    run: (service) =>
      withPage(service.page, async (page) => {
        await view(page, "#/accounts");
        await service.stop();
        await page.getByText("Not connected").waitFor();
        Object.assign(service, await Service.start(service.folder, service.port));
        await page.getByRole("status").getByText("started anew").waitFor({ timeout: 60_000 });
        await page.getByLabel("Client id").fill("operator");
        await page.getByLabel("Client secret").fill(service.secret);
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByText("Live").waitFor();
        await until("rows", async () => (await page.locator(".g-space .g-row a").count()) > 0);
      }),
  },
];
