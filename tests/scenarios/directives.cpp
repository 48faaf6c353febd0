#include "tests/scenarios/directives.h"

#include <sstream>

#include "core/wire/asked.h"
#include "core/wire/codec.h"
#include "tests/scenarios/scenario_file.h"

namespace lockstep::scenarios {

Names names_of(const State& state) {
  Names names;
  names.assets = state.assets;
  names.indexes = state.indexes;
  names.instruments = state.instruments;
  for (const Party& party : state.parties) names.parties.push_back(party.name);
  for (const Account& account : state.accounts) names.accounts.push_back(account.name);
  for (const RulebookHistory& rulebook : state.rulebooks) names.rulebooks.push_back(rulebook.name);
  for (const Replica& replica : state.replicas) names.replicas.push_back(replica.name);
  return names;
}

namespace {

u32 find(const std::vector<std::string>& table, const std::string& name) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i] == name) return static_cast<u32>(i);
  }
  // A name that nobody has registered is an id that nobody has: the engine says what it thinks of it.
  if (name == "nobody" || name == "nothing") return static_cast<u32>(table.size());
  throw Malformed("no such name: " + name);
}
template <class T>
u32 find(const std::vector<T>& table, const std::string& name) {
  std::vector<std::string> names;
  for (const T& row : table) names.push_back(row.name);
  return find(names, name);
}

}  // namespace

AssetId asset_of(const Names& names, const std::string& name) { return AssetId{find(names.assets, name)}; }
IndexId index_of(const Names& names, const std::string& name) { return IndexId{find(names.indexes, name)}; }
InstrumentId instrument_of(const Names& names, const std::string& name) {
  return InstrumentId{find(names.instruments, name)};
}
PartyId party_of(const Names& names, const std::string& name) { return PartyId{find(names.parties, name)}; }
AccountId account_of(const Names& names, const std::string& name) {
  return AccountId{find(names.accounts, name)};
}
RulebookId rulebook_of(const Names& names, const std::string& name) {
  return RulebookId{find(names.rulebooks, name)};
}

Lots lots_of(const Names& names, InstrumentId id, const std::string& text) {
  const i128 raw = decimal(text, lot_decimals);
  const i64 lot = id.index < names.instruments.size() ? names.instruments[id.index].lot : price_one;
  if (lot <= 0 || raw % lot != 0) throw Malformed(text + " is not a whole number of lots");
  return Lots::from_raw(static_cast<i64>(raw / lot));
}

Amount amount_of(const Names& names, AssetId id, const std::string& text) {
  const int decimals = id.index < names.assets.size() ? names.assets[id.index].decimals : 0;
  return Amount::from_raw(decimal(text, decimals));
}

Amount settle_amount(const Names& names, InstrumentId id, const std::string& text) {
  if (id.index >= names.instruments.size()) return Amount::from_raw(decimal(text, 0));
  return amount_of(names, names.instruments[id.index].settle, text);
}

Leg take_leg(Words& words) {
  if (words.take_if("long")) return Leg::long_leg;
  if (words.take_if("short")) return Leg::short_leg;
  return Leg::net;
}

Side take_side(Words& words) {
  const std::string side = words.take("buy or sell");
  if (side != "buy" && side != "sell") throw Malformed("buy or sell, not " + side);
  return side == "buy" ? Side::buy : Side::sell;
}

MarginMode margin_mode(const std::string& text) {
  if (text == "isolated") return MarginMode::isolated;
  if (text == "cross") return MarginMode::cross;
  if (text == "portfolio") return MarginMode::portfolio;
  throw Malformed("isolated, cross or portfolio, not " + text);
}

Time time_after(const std::string& text, Time now) {
  return text[0] == '+' ? now + duration(text.substr(1)) : time_of(text);
}

namespace {

// "request 7 1 deposit alice 5 USDT"; "request 7 1 garbage" carries bytes that are no command.
std::vector<Command> request(const std::string& line, Reading& reading) {
  std::istringstream words(line);
  std::string verb, client, sequence, inner;
  words >> verb >> client >> sequence;
  std::getline(words >> std::ws, inner);
  Request r;
  r.client = static_cast<u64>(integer(client));
  r.sequence = static_cast<u64>(integer(sequence));
  r.command = inner;
  if (inner != "garbage") {
    const std::vector<Command> commands = read_directive(inner, reading);
    if (commands.size() != 1) throw Malformed("a request carries one command");
    const Bytes bytes = encode(commands[0]);
    r.command.assign(bytes.begin(), bytes.end());
  }
  return {r};
}

// "by carol deposit alice 5 USDT"; "by carol garbage" carries bytes that are no command.
std::vector<Command> instruction(const std::string& line, Reading& reading) {
  std::istringstream words(line);
  std::string verb, by, inner;
  words >> verb >> by;
  std::getline(words >> std::ws, inner);
  if (inner == "garbage") return {Instruction{by, "", inner}};
  const std::vector<Command> commands = read_directive(inner, reading);
  if (commands.size() != 1) throw Malformed("an instruction carries one command");
  return {instruct(by, "", commands[0])};
}

}  // namespace

std::vector<Command> read_directive(const std::string& line, Reading& reading) {
  Words words(line);
  if (words.verb() == "request") return request(line, reading);
  if (words.verb() == "by") return instruction(line, reading);
  for (const auto find_in : {find_setup, find_trading, find_market, find_agreement}) {
    if (const Handler handler = find_in(words.verb())) {
      std::vector<Command> commands = handler(words, reading);
      words.done();
      return commands;
    }
  }
  throw Malformed("no such directive: " + words.verb());
}

}  // namespace lockstep::scenarios
