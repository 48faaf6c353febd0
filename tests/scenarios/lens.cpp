#include "tests/scenarios/lens.h"

#include <memory>
#include <sstream>

#include "core/engine/engine.h"
#include "core/ledger/ledger.h"
#include "core/wire/codec.h"
#include "node/io/memory_disk.h"
#include "node/log/embedded.h"
#include "tests/scenarios/directives.h"
#include "tests/scenarios/questions.h"

namespace lockstep::scenarios {
namespace {

// Upgrades to behaviours that no build computes yet are rehearsed: they compute as the newest one does.
const Build rehearsal{9, this_build.fee};
std::unique_ptr<Engine> new_engine() {
  auto engine = std::make_unique<Engine>();
  engine->build = &rehearsal;
  return engine;
}

const Time first_moment = time_of("2026-01-01T00:00:00Z");

// One run of one file under one lens.
struct Runner {
  Lens lens;
  Outputs run;
  std::unique_ptr<Engine> engine = new_engine();
  Reading reading;
  Time now = first_moment;
  // The block at work: commands not yet applied, each with its line; and what was printed.
  std::vector<Command> waiting;
  std::vector<std::string> waiting_lines;
  std::size_t commands_in_block = 0;
  std::string printed;
  // replayed
  MemoryDisk disk;
  std::unique_ptr<EmbeddedLog> log;
};

void broken(Runner& r, const std::string& what) {
  if (r.run.broken.empty()) r.run.broken = what;
}

void append_to_log(Runner& r, const Command& command) {
  if (r.log == nullptr) {
    LogOptions options;
    options.segment_size = 1 << 16;
    auto opened = EmbeddedLog::open(r.disk, "log", options);
    LS_ASSERT(opened);
    r.log = std::move(opened).value();
  }
  const Bytes payload = encode_batch(std::span<const Command>(&command, 1));
  FrameBatch batch;
  batch.first_position = r.engine->state.position;
  batch.count = 1;
  batch.log_time = r.now;
  batch.payload = payload;
  LS_ASSERT(r.log->append(r.log->tail().index + 1, batch));
  LS_ASSERT(r.log->sync());
}

// The log's own state hash: opened again, read from the beginning, into a new engine.
Hash128 replay(Runner& r) {
  const auto new_one = new_engine();
  Engine& engine = *new_one;
  if (r.log == nullptr) return state_hash(engine);
  r.log.reset();
  auto log = EmbeddedLog::open(r.disk, "log", LogOptions{});
  LS_ASSERT(log);
  auto cursor = log.value()->read(1);
  LS_ASSERT(cursor);
  for (;;) {
    auto frame = cursor.value()->next();
    LS_ASSERT(frame);
    if (frame.value() == nullptr) return state_hash(engine);
    std::vector<Command> commands;
    LS_ASSERT(decode_batch(frame.value()->payload, commands));
    for (const Command& command : commands) apply(engine, frame.value()->log_time, command);
  }
}

void check_symmetries(Runner& r, const Outcome& outcome, Hash128 before, const std::string& line) {
  Engine& engine = *r.engine;
  // A refused request is remembered with its client, that is all.
  const bool remembered = outcome.reply.sequence != 0;
  if (!outcome.accepted() && outcome.events.empty() && !remembered && entities_hash(engine) != before) {
    broken(r, "a refused command changed something: " + line);
  }
  for (u32 i = 0; i < engine.state.assets.size(); ++i) {
    if (conservation(engine.state, AssetId{i}) != Value{}) broken(r, "money is not conserved: " + line);
  }
  for (u32 i = 0; i < engine.state.instruments.size(); ++i) {
    if (lots_conservation(engine.state, InstrumentId{i}) != Lots{})
      broken(r, "lots are not conserved: " + line);
  }
}

void apply_one(Runner& r, const Command& command, const std::string& line) {
  r.engine->explains = true;
  const Hash128 before = entities_hash(*r.engine);
  if (r.lens == Lens::replayed) append_to_log(r, command);
  const Outcome outcome = apply(*r.engine, r.now, command);
  check_symmetries(r, outcome, before, line);
  for (const Event& event : outcome.events) {
    const std::string text = event_line(r.engine->state, event);
    if (!text.empty()) r.printed += text + "\n";
  }
  if (outcome.repeated) {
    r.printed += "repeated: answered at position " + std::to_string(outcome.reply.position) + "\n";
  }
  if (!outcome.accepted()) {
    r.run.refusals.push_back(outcome.refusal);
    r.printed += refusal_line(r.engine->state, command, outcome);
    r.printed += r.commands_in_block > 1 ? "   " + line + "\n" : "\n";
  }
  if (r.lens == Lens::snapshot) {
    Bytes bytes;
    save(*r.engine, bytes);
    auto restored = new_engine();
    if (!restore(bytes, *restored)) return broken(r, "a snapshot was not restored after: " + line);
    if (state_hash(*restored) != state_hash(*r.engine)) broken(r, "a restored state differs after: " + line);
    r.engine = std::move(restored);
  }
}

void flush(Runner& r) {
  std::vector<Command> commands = std::move(r.waiting);
  const std::vector<std::string> lines = std::move(r.waiting_lines);
  r.waiting.clear();
  r.waiting_lines.clear();
  if (r.lens == Lens::batched) {
    const Bytes bytes = encode_batch(commands);
    if (!decode_batch(bytes, commands)) broken(r, "a frame was not decoded");
  }
  if (r.lens == Lens::encoded) {
    for (Command& command : commands) {
      Command decoded;
      if (!decode(encode(command), decoded)) broken(r, "a command was not decoded");
      command = decoded;
    }
  }
  for (std::size_t i = 0; i < commands.size(); ++i) apply_one(r, commands[i], lines[i]);
}

void run_line(Runner& r, const std::string& line);

// "repeat 3 party p-#" is three lines, with # counting from 1.
void repeat(Runner& r, const std::string& line) {
  const std::size_t count_at = line.find_first_not_of(' ', std::string("repeat").size());
  const std::size_t count_end = line.find(' ', count_at);
  const std::size_t rest_at = line.find_first_not_of(' ', count_end);
  if (rest_at == std::string::npos) throw Malformed("repeat COUNT DIRECTIVE");
  const i64 count = integer(line.substr(count_at, count_end - count_at));
  for (i64 n = 1; n <= count; ++n) {
    std::string copy = line.substr(rest_at);
    for (std::size_t at = copy.find('#'); at != std::string::npos; at = copy.find('#')) {
      copy.replace(at, 1, std::to_string(n));
    }
    run_line(r, copy);
  }
}

// "include worlds/linear.world" is the lines of that file.
void include(Runner& r, Words words) {
  const std::string path = r.reading.folder + "/" + words.take("a file");
  words.done();
  std::istringstream lines(read_text(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line[0] != '#') run_line(r, line);
  }
}

void run_line(Runner& r, const std::string& line) {
  Words words(line);
  if (words.verb() == "include") return include(r, words);
  if (words.verb() == "repeat") return repeat(r, line);
  const bool question = is_question(words.verb());
  if (r.lens != Lens::batched || question || words.verb() == "time") flush(r);
  if (question) {
    r.printed += answer(*r.engine, words);
    return;
  }
  if (words.verb() == "time") {
    const Time to = time_after(words.take("a moment"), r.now);
    words.done();
    if (to < r.now) throw Malformed("time does not go back");
    r.now = to;
    return;
  }
  if (r.waiting.empty()) r.reading.names = names_of(r.engine->state);
  r.reading.now = r.now;
  r.reading.state = &r.engine->state;
  r.reading.position = r.engine->state.position + r.waiting.size();
  for (Command& command : read_directive(line, r.reading)) {
    r.waiting.push_back(std::move(command));
    r.waiting_lines.push_back(line);
  }
}

std::size_t count_commands(const Block& block) {
  std::size_t count = 0;
  for (const Directive& directive : block.directives) {
    const std::string verb = Words(directive.text).verb();
    if (!is_question(verb) && verb != "time") ++count;
  }
  return count;
}

}  // namespace

const char* name_of(Lens lens) {
  static constexpr const char* names[] = {"plain", "batched", "encoded", "snapshot", "replayed"};
  return names[static_cast<std::size_t>(lens)];
}

Outputs run_scenario(const ScenarioFile& file, Lens lens) {
  Runner r;
  r.lens = lens;
  r.reading.folder = file.path.substr(0, file.path.rfind('/'));
  for (const Block& block : file.blocks) {
    r.printed.clear();
    r.commands_in_block = count_commands(block);
    for (const Directive& directive : block.directives) {
      try {
        run_line(r, directive.text);
      } catch (const Malformed& error) {
        throw Malformed(file.path + ":" + std::to_string(directive.line) + ": " + error.what());
      }
    }
    flush(r);
    if (r.printed.empty()) r.printed = "ok\n";
    r.run.outputs.push_back(r.printed);
  }
  r.run.hash = state_hash(*r.engine);
  if (lens == Lens::replayed && replay(r) != r.run.hash) broken(r, "the replayed log gives another state");
  return r.run;
}

}  // namespace lockstep::scenarios
