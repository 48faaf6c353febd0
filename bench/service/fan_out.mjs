// From a change of the market to each of a thousand subscribers.  All of them are read by one thread of this
// process, which shares the machine with the service: the times are from the service's socket to the end of
// that thread's queue, an upper bound of what the service takes.
import { pause } from "./wire.mjs";

const SUBSCRIBERS = 1_000;
const EVERY_MS = 200;

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
function said(what, times) {
  const sorted = Float64Array.from(times).sort();
  const at = (q) => quantile(sorted, q).toFixed(1);
  return `${what} p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`;
}

// What a message shows: a position in the overview, a mark price in the ticker.
const FIELDS = { position: /"position":(\d+)/, mark: /"mark_price":([\d.]+)/ };

async function subscribe(service, channel, field) {
  const subscribers = [];
  for (let i = 0; i < SUBSCRIBERS; ++i) {
    const heard = [];
    const wire = await service.signedIn((payload) => {
      const at = performance.now();
      const head = payload.toString("latin1", 0, 400);
      const previous = head.match(/"prev_position":(\d+)/);
      heard.push({
        at,
        shown: Number(head.match(field)[1]),
        previous: previous ? Number(previous[1]) : undefined,
      });
    });
    subscribers.push({ wire, heard });
    await wire.call("private/subscribe", { channels: [channel] });
  }
  return subscribers;
}

async function move(service, moves) {
  const commands = [];
  for (let i = 0; i < moves; ++i) {
    const sent = performance.now();
    const result = await service.operator.call("lockstep/move_market", {
      base: "BTC",
      percent: i % 2 ? "-0.1" : "0.1",
    });
    commands.push({ sent, answered: performance.now(), position: result.position });
    await pause(Math.max(0, EVERY_MS - (performance.now() - sent)));
  }
  return commands;
}

// The first message that shows all of a command, at each subscriber; and whether each names the one before.
function readOverview(subscribers, commands) {
  const found = { receptions: [], missed: 0, gaps: 0 };
  for (const { heard } of subscribers) {
    for (let i = 1; i < heard.length; ++i) found.gaps += heard[i].previous !== heard[i - 1].shown;
    for (const command of commands) {
      const first = heard.find(({ shown }) => shown > command.position);
      if (first) found.receptions.push({ command, at: first.at });
      else found.missed += 1;
    }
  }
  return found;
}

// One message a command, of the same mark price for everybody.
function readTicker(subscribers, commands) {
  const found = { receptions: [], missed: 0, gaps: 0 };
  const same = subscribers[0].heard.map(({ shown }) => shown);
  for (const { heard } of subscribers) {
    const news = heard.slice(-commands.length);
    found.missed += Math.max(0, commands.length - news.length);
    news.forEach(({ at, shown }, i) => {
      found.gaps += shown !== same.at(i - commands.length);
      found.receptions.push({ command: commands[i], at });
    });
  }
  return found;
}

async function measure(service, print, channel, field, read, moves) {
  const subscribers = await subscribe(service, channel, field);
  await pause(1_000);
  const cpu = service.cpuSeconds();
  const commands = await move(service, moves);
  await pause(2_000);
  const used = service.cpuSeconds() - cpu;
  const { receptions, missed, gaps } = read(subscribers, commands);
  for (const { wire } of subscribers) wire.socket.destroy();
  print(`fan-out of ${channel}, ${SUBSCRIBERS} subscribers, ${moves} moves, ${EVERY_MS} ms apart:`);
  print(
    `  ${said(
      "from the request",
      receptions.map(({ at, command }) => at - command.sent),
    )}`,
  );
  print(
    `  ${said(
      "from the answer",
      receptions.map(({ at, command }) => at - command.answered),
    )}`,
  );
  print(
    `  ${said(
      "request to answer",
      commands.map(({ sent, answered }) => answered - sent),
    )}`,
  );
  print(`  ${receptions.length} receptions, ${missed} missed, ${gaps} out of the chain`);
  print(`  ${((used / moves) * 1_000).toFixed(1)} ms CPU a move`);
  await pause(1_000);
}

export async function fanOut(service, print, moves = 50) {
  await measure(service, print, "lockstep.overview", FIELDS.position, readOverview, moves);
  await measure(service, print, "ticker.BTC-PERPETUAL.raw", FIELDS.mark, readTicker, moves);
}
