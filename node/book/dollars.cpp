// What a book lacks to be asked under rules that count in another dollar than its own.
#include <algorithm>

#include "node/book/builder.h"

namespace lockstep {
namespace {

bool is_dollar(const std::string& name) { return name == "USD" || name == "USDC" || name == "USDT"; }

const Index* find_index(const State& state, AssetId base, AssetId quote) {
  for (const Index& index : state.indexes) {
    if (index.base == base && index.quote == quote) return &index;
  }
  return nullptr;
}

// The price of an asset in any dollar.
Price dollar_price(const State& state, AssetId asset) {
  if (is_dollar(state.asset(asset).name)) return Price::from_raw(price_one);
  for (const Index& index : state.indexes) {
    if (index.base == asset && is_dollar(state.asset(index.quote).name)) return index.price;
  }
  return {};
}

}  // namespace

void add_dollars(BookBuilder& book, const TomlNode& place) {
  const State& state = book.engine.state;
  const auto money = book.engine.lookup.assets.find(book.rules.money);
  if (money == book.engine.lookup.assets.end() || !is_dollar(book.rules.money)) return;
  const AssetId quote{money->second};
  for (u32 i = 0; i < state.assets.size(); ++i) {
    const AssetId base{i};
    const Price price = dollar_price(state, base);
    if (base == quote || price == Price{} || find_index(state, base, quote) != nullptr) continue;
    std::string name = state.asset(base).name;
    name.append(":").append(book.rules.money).append(":assumed");
    if (!book.apply_at(place, RegisterIndex{name, base, quote})) return;
    const IndexId id{static_cast<u32>(state.indexes.size() - 1)};
    if (!book.apply_at(place, IndexPrices{1, ++book.sequence, {{id, price}}})) return;
  }
}

}  // namespace lockstep
