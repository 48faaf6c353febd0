#include "node/access/replays.h"

namespace lockstep::access {

Replays::Seen Replays::add(std::string_view signed_text, i64 until_us, i64 now_us, std::size_t count_max) {
  while (!seen_.empty() && seen_.begin()->first < now_us) seen_.erase(seen_.begin());
  const Hash256 hash = sha256({reinterpret_cast<const u8*>(signed_text.data()), signed_text.size()});
  const std::pair entry{until_us, hash.bytes};
  if (seen_.contains(entry)) return Seen::again;
  if (seen_.size() >= count_max) return Seen::full;
  seen_.insert(entry);
  return Seen::first;
}

}  // namespace lockstep::access
