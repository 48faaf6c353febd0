// What the service counts and times, as Prometheus reads it.  Names follow its conventions: base units,
// `_total` for what only rises.  A label never names an account, and never takes more than a bounded number
// of values: what is beyond goes to "other".  From any thread.
//
// By name:
//   margin_commands_total{type,result}            accepted | refused, as they are applied
//   margin_refusals_total{reason}
//   margin_apply_duration_seconds                 one command
//   margin_recompute_duration_seconds{scope}      account | what_if | table | stress | preview, one piece
//   of work
//   margin_log_sync_duration_seconds              one sync of the log
//   margin_log_position, margin_service_position, margin_snapshot_position
//   margin_replica_lag_sequences                  commands that this service is behind the log
//   margin_state_hash_mismatch_total
//   margin_input_age_seconds{source}              since the last price of a source
//   margin_accounts{state}
//   margin_recon_breaks{venue,severity}           accounts whose records differ, at the last look
//   lockstep_requests_total{door,method,code}, lockstep_request_duration_seconds{door}
//   lockstep_connections{kind}, lockstep_queue_dropped_total{queue}, lockstep_rate_limited_total{method}
//   lockstep_auth_failures_total{reason}, lockstep_build_info{version,behaviour,schema}
//   process_*                                     as client libraries name them
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/int.h"
#include "core/model/entities.h"

namespace lockstep::metrics {

enum class Scope : u8 { account, what_if, table, stress, preview };

class Metrics {
 public:
  virtual ~Metrics() = default;
  static std::unique_ptr<Metrics> make(std::string_view version, u32 behaviour, u32 schema);

  // type: of core/model/commands.h.  reason: name of the refusal; empty: accepted.
  virtual void applied(std::string_view type, std::string_view reason, double seconds) = 0;
  virtual void recomputed(Scope scope, double seconds) = 0;
  virtual void log_synced(double seconds) = 0;
  // Positions of the log's end, of what this service has applied, and of the newest snapshot.
  virtual void positions(u64 log, u64 service, u64 snapshot) = 0;
  virtual void hash_mismatch() = 0;
  virtual void input_age(std::string_view source, double seconds) = 0;
  virtual void accounts(MarginState state, u64 count) = 0;
  virtual void recon_breaks(std::string_view venue, std::string_view severity, u64 count) = 0;

  // door: "ws", "http", "rest".  code: of the answer, 0 or the error's, or the HTTP status.
  virtual void request(std::string_view door, std::string_view method, i64 code, double seconds) = 0;
  virtual void connections(std::string_view kind, u64 count) = 0;  // open now
  virtual void queue_dropped(std::string_view queue, u64 count) = 0;
  virtual void rate_limited(std::string_view method) = 0;
  virtual void auth_failed(std::string_view reason) = 0;

  // The page, in the text format 0.0.4; process_* are read at this moment.
  virtual std::string text() = 0;
};

// What this process has used, by /proc; zero where it cannot be read.
struct ProcessUse {
  double cpu_seconds = 0;
  double start_seconds = 0;  // since 1970
  u64 resident_bytes = 0;
  u64 virtual_bytes = 0;
  u64 open_fds = 0;
  u64 max_fds = 0;
  u64 threads = 0;
};
ProcessUse process_use();

}  // namespace lockstep::metrics
