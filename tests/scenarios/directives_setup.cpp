// Directives that create things, and rulebooks.
#include <algorithm>
#include <map>

#include "core/units/limits.h"
#include "tests/scenarios/directives.h"
#include "tests/scenarios/rulebooks.h"
#include "tests/scenarios/scenario_file.h"

namespace lockstep::scenarios {
namespace {

template <class T>
std::string latest_name(const std::vector<T>& table, const char* what) {
  if (table.empty()) throw Malformed(std::string("there is no ") + what + " yet");
  return table.back().name;
}
std::string latest_name(const std::vector<std::string>& table, const char* what) {
  if (table.empty()) throw Malformed(std::string("there is no ") + what + " yet");
  return table.back();
}

std::vector<Command> asset(Words& words, Reading& reading) {
  RegisterAsset r;
  r.name = words.take("a name");
  r.decimals = static_cast<u8>(integer(words.field("decimals")));
  reading.names.assets.push_back(Asset{r.name, r.decimals});
  return {r};
}

std::vector<Command> index(Words& words, Reading& reading) {
  RegisterIndex r;
  r.name = words.take("a name");
  r.base = asset_of(reading.names, words.field("base"));
  r.quote = asset_of(reading.names, words.field("quote"));
  Index row;
  row.name = r.name;
  row.base = r.base;
  row.quote = r.quote;
  reading.names.indexes.push_back(row);
  return {r};
}

// The shadow of what the engine will make of it: only names and scales matter here.
Instrument shadow(const RegisterInstrument& r, const Names& names) {
  Instrument instrument;
  instrument.name = r.name;
  instrument.kind = r.kind;
  instrument.inverse = r.inverse;
  instrument.index = r.index;
  instrument.lot = r.lot;
  if (r.index.index < names.indexes.size()) {
    const Index& row = names.indexes[r.index.index];
    instrument.settle = r.inverse ? row.base : row.quote;
  }
  return instrument;
}

std::vector<Command> instrument(Words& words, Reading& reading) {
  static const std::map<std::string, InstrumentKind> kinds = {{"spot", InstrumentKind::spot},
                                                              {"perpetual", InstrumentKind::perpetual},
                                                              {"future", InstrumentKind::future},
                                                              {"option", InstrumentKind::option}};
  Names& names = reading.names;
  RegisterInstrument r;
  r.kind = kinds.at(words.verb());
  r.name = words.take("a name");
  r.inverse = words.flag("inverse");
  if (words.flag("call")) r.option = OptionType::call;
  if (words.flag("put")) r.option = OptionType::put;
  r.index = index_of(names, words.has("index") ? words.field("index") : latest_name(names.indexes, "index"));
  r.rulebook = rulebook_of(
      names, words.has("rulebook") ? words.field("rulebook") : latest_name(names.rulebooks, "rulebook"));
  r.lot = static_cast<i64>(decimal(words.field("lot", "0.001"), lot_decimals));
  r.tick = price(words.field("tick", "0.1"));
  r.price_max = price(words.field("price_max", "1000000"));
  r.lots_max = Lots::from_raw(integer(words.field("lots_max", "1000000")));
  if (words.has("expiry")) r.expiry = time_of(words.field("expiry"));
  if (words.has("strike")) r.strike = price(words.field("strike"));
  if (words.has("averaging")) r.averaging = duration(words.field("averaging"));
  names.instruments.push_back(shadow(r, names));
  return {r};
}

std::vector<Command> party(Words& words, Reading& reading) {
  OpenParty r;
  r.name = words.take("a name");
  reading.names.parties.push_back(r.name);
  return {r};
}

std::vector<Command> account(Words& words, Reading& reading) {
  Names& names = reading.names;
  OpenAccount r;
  r.name = words.take("a name");
  r.party = party_of(names, words.has("party") ? words.field("party") : latest_name(names.parties, "party"));
  r.rulebook = rulebook_of(
      names, words.has("rulebook") ? words.field("rulebook") : latest_name(names.rulebooks, "rulebook"));
  r.mode = margin_mode(words.field("mode", "cross"));
  r.pooled = words.flag("pooled");
  r.hedge = words.flag("hedge");
  names.accounts.push_back(r.name);
  return {r};
}

std::vector<Command> mode(Words& words, Reading& reading) {
  SetMarginMode r;
  r.account = account_of(reading.names, words.take("an account"));
  r.mode = margin_mode(words.take("a mode"));
  r.pooled = words.flag("pooled");
  r.hedge = words.flag("hedge");
  return {r};
}

std::vector<Command> leverage(Words& words, Reading& reading) {
  SetLeverage r;
  r.account = account_of(reading.names, words.take("an account"));
  r.instrument = instrument_of(reading.names, words.take("an instrument"));
  r.leverage = rate(words.take("a leverage"));
  return {r};
}

std::vector<Command> protection(Words& words, Reading& reading) {
  SetProtection r;
  r.account = account_of(reading.names, words.take("an account"));
  r.interval = duration(words.field("interval", "0s"));
  r.frozen = duration(words.field("frozen", "0s"));
  r.lots_max = Lots::from_raw(integer(words.field("lots_max", "0")));
  return {r};
}

// Underscores stand for spaces, as the words of a line are separated by them.  "long": a note over the limit.
std::string note(Words& words) {
  std::string text = words.field("note", "");
  if (text == "long") return std::string(limits::note_size_max + 1, 'x');
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

// The section [epochs] of a rulebook, the haircut of one collateral, and the first maintenance rate of its
// first brackets, where a line names them.
void vary(Words& words, Rulebook& image) {
  EpochRules& epochs = image.epochs;
  if (words.has("approvals")) {
    epochs.approvals = epochs.emergency_approvals = static_cast<u8>(integer(words.field("approvals")));
  }
  if (words.has("emergency_approvals")) {
    epochs.emergency_approvals = static_cast<u8>(integer(words.field("emergency_approvals")));
  }
  if (words.has("notice")) epochs.notice = duration(words.field("notice"));
  if (words.has("grace")) epochs.grace = duration(words.field("grace"));
  if (words.has("haircut")) {
    const std::string text = words.field("haircut");
    const std::size_t slash = text.find('/');
    for (Collateral& row : image.collateral) {
      if (row.asset != text.substr(0, slash)) continue;
      row.initial.asset = row.maintenance.asset = Rate::from_raw(rate_one) - rate(text.substr(slash + 1));
    }
  }
  if (!words.has("maintenance")) return;
  const auto brackets = std::find_if(image.components.begin(), image.components.end(),
                                     [](const Component& c) { return !c.brackets.empty(); });
  if (brackets == image.components.end()) throw Malformed("the rulebook has no brackets");
  brackets->brackets.front().brackets.front().rate = rate(words.field("maintenance"));
}

std::vector<Command> propose(Words& words, Reading& reading) {
  ProposeRulebook r;
  r.image = compile_for_scenario(reading.folder, words.take("a file"));
  if (words.has("name")) r.image.name = words.field("name");
  vary(words, r.image);
  if (words.has("by")) r.by = words.field("by");
  r.note = note(words);
  if (words.flag("broken")) r.image.schemes.clear();  // what no text file compiles to
  auto& names = reading.names.rulebooks;
  bool known = false;
  for (const std::string& name : names) known = known || name == r.image.name;
  if (!known) names.push_back(r.image.name);
  return {r};
}

std::vector<Command> rulebook(Words& words, Reading& reading) {
  std::vector<Command> commands = propose(words, reading);
  ScheduleEpoch s;
  s.rulebook = rulebook_of(reading.names, std::get<ProposeRulebook>(commands[0]).image.name);
  s.epoch = 1;
  commands.push_back(s);
  return commands;
}

std::vector<Command> schedule(Words& words, Reading& reading) {
  ScheduleEpoch r;
  r.rulebook = rulebook_of(reading.names, words.take("a rulebook"));
  r.epoch = static_cast<u32>(integer(words.take("an epoch")));
  if (words.has("at")) r.at_time = time_after(words.field("at"), reading.now);
  if (words.has("position")) {
    const std::string position = words.field("position");
    const bool relative = position[0] == '+';
    const i64 number = integer(relative ? position.substr(1) : position);
    r.at_position = static_cast<u64>(number) + (relative ? reading.position : 0);
  }
  if (words.has("steps")) r.steps = static_cast<u32>(integer(words.field("steps")));
  if (words.has("every")) r.every = duration(words.field("every"));
  r.emergency = words.flag("emergency");
  return {r};
}

std::vector<Command> approve(Words& words, Reading& reading) {
  ApproveEpoch r;
  r.rulebook = rulebook_of(reading.names, words.take("a rulebook"));
  r.epoch = static_cast<u32>(integer(words.take("an epoch")));
  r.by = words.field("by");
  r.note = note(words);
  return {r};
}

std::vector<Command> cancel_epoch(Words& words, Reading& reading) {
  CancelEpoch r;
  r.rulebook = rulebook_of(reading.names, words.take("a rulebook"));
  r.epoch = static_cast<u32>(integer(words.take("an epoch")));
  return {r};
}

}  // namespace

Handler find_setup(const std::string& verb) {
  static const std::map<std::string, Handler> table = {
      {"asset", asset},           {"index", index},       {"spot", instrument},
      {"perpetual", instrument},  {"future", instrument}, {"option", instrument},
      {"party", party},           {"account", account},   {"mode", mode},
      {"leverage", leverage},     {"propose", propose},   {"rulebook", rulebook},
      {"protection", protection}, {"schedule", schedule}, {"cancel_epoch", cancel_epoch},
      {"approve", approve}};
  const auto it = table.find(verb);
  return it == table.end() ? nullptr : it->second;
}

}  // namespace lockstep::scenarios
