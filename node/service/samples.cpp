// The desk's samples of the whole book, kept beside the history so that a restart goes on with them.  The log
// does not say them: of a market that has passed, they are not taken again.
#include "core/base/bytes.h"
#include "node/service/state.h"

namespace lockstep::service {
namespace {

constexpr u8 sample_version = 1;
constexpr u32 rulebooks_max = 1'000'000;

Bytes bytes_of(const view::BookSample& sample, Duration every) {
  Bytes bytes;
  Writer out(bytes);
  out.integer(sample_version);
  out.integer(every.raw());
  out.integer(sample.lead.raw());
  for (const Value value :
       {sample.equity, sample.initial, sample.maintenance, sample.notional, sample.fund}) {
    out.integer(value.raw());
  }
  out.integer(sample.below), out.integer(sample.called);
  out.integer(static_cast<u32>(sample.rulebooks.size()));
  for (const view::RulebookSample& one : sample.rulebooks) {
    out.integer(one.initial.raw()), out.integer(one.maintenance.raw()), out.integer(one.notional.raw());
  }
  return bytes;
}

// False: of another version of this program.
bool read_sample(const Bytes& bytes, view::BookSample& sample, Duration& every) {
  Reader in(bytes);
  if (in.integer<u8>() != sample_version) return false;
  const auto value = [&in] { return Value::from_raw(in.integer<i128>()); };
  every = Duration::from_raw(in.integer<i64>());
  sample.lead = Price::from_raw(in.integer<i64>());
  sample.equity = value(), sample.initial = value(), sample.maintenance = value();
  sample.notional = value(), sample.fund = value();
  sample.below = in.integer<u64>(), sample.called = in.integer<u64>();
  const u32 rulebooks = in.integer<u32>();
  for (u32 i = 0; i < rulebooks && i < rulebooks_max && !in.failed(); ++i) {
    view::RulebookSample& one = sample.rulebooks.emplace_back();
    one.initial = value(), one.maintenance = value(), one.notional = value();
  }
  return in.done() && every > Duration{};
}

}  // namespace

void restore_samples(ServiceState& s) {
  view::BookSamples& samples = s.desk.samples;
  for (const history::Note& note : s.past->notes()) {
    view::BookSample sample;
    Duration every;
    if (note.at > s.engine.state.time || !read_sample(note.bytes, sample, every)) continue;
    if (samples.rows.size() == view::samples_max) break;
    sample.at = note.at;
    samples.rows.push_back(std::move(sample));
    samples.every = every;
    samples.next = Time::from_raw(note.at.raw() - note.at.raw() % every.raw()) + every;
  }
  s.samples_kept = samples.rows.size();
}

void keep_samples(ServiceState& s) {
  const view::BookSamples& samples = s.desk.samples;
  if (samples.rows.size() == s.samples_kept) return;
  const bool anew = samples.rows.size() < s.samples_kept;  // every second one went
  std::vector<history::Note> notes;
  for (std::size_t i = anew ? 0 : s.samples_kept; i < samples.rows.size(); ++i) {
    notes.push_back({samples.rows[i].at, bytes_of(samples.rows[i], samples.every)});
  }
  s.past->keep_notes(std::move(notes), anew);
  s.samples_kept = samples.rows.size();
}

}  // namespace lockstep::service
