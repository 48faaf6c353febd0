#include "node/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <set>
#include <vector>

namespace lockstep::metrics {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

constexpr std::size_t label_values_max = 256;

constexpr std::string_view state_names[] = {"normal",      "warning",     "call",
                                            "reduce_only", "liquidation", "bankrupt"};
constexpr std::string_view scope_names[] = {"account", "what_if", "table", "stress", "preview"};

// From a microsecond to ten seconds, by 1, 2.5 and 5.
Histogram::BucketBoundaries buckets(double from, double to) {
  Histogram::BucketBoundaries all;
  for (double decade = from; decade < to; decade *= 10) {
    for (const double step : {1.0, 2.5, 5.0}) all.push_back(decade * step);
  }
  all.push_back(to);
  return all;
}

// A family whose labels have a bounded number of values each.
template <class Metric>
class Family {
 public:
  Family(prometheus::Family<Metric>& family, std::vector<std::string> labels)
      : family_(family), names_(std::move(labels)), seen_(names_.size()) {}

  template <class... Args>
  Metric& of(std::vector<std::string> values, const Args&... args) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (seen_[i].contains(values[i])) continue;
      if (seen_[i].size() < label_values_max) {
        seen_[i].insert(values[i]);
      } else {
        values[i] = "other";
      }
    }
    Metric*& metric = metrics_[values];
    if (metric == nullptr) {
      prometheus::Labels labels;
      for (std::size_t i = 0; i < values.size(); ++i) labels[names_[i]] = values[i];
      metric = &family_.Add(labels, args...);
    }
    return *metric;
  }

 private:
  prometheus::Family<Metric>& family_;
  std::vector<std::string> names_;
  std::mutex mutex_;
  std::vector<std::set<std::string>> seen_;
  std::map<std::vector<std::string>, Metric*> metrics_;
};

class PrometheusMetrics final : public Metrics {
 public:
  PrometheusMetrics(std::string_view version, u32 behaviour, u32 schema) {
    gauge("lockstep_build_info", "Version, behaviour and schema of this build; always 1.",
          {{"version", std::string(version)},
           {"behaviour", std::to_string(behaviour)},
           {"schema", std::to_string(schema)}})
        .Set(1);
    for (const std::string_view state : state_names) accounts_.of({std::string(state)}).Set(0);
  }

  void applied(std::string_view type, std::string_view reason, double seconds) override {
    commands_.of({std::string(type), reason.empty() ? "accepted" : "refused"}).Increment();
    if (!reason.empty()) refusals_.of({std::string(reason)}).Increment();
    apply_.Observe(seconds);
  }
  void recomputed(Scope scope, double seconds) override {
    const std::string name(scope_names[static_cast<std::size_t>(scope)]);
    recompute_.of({name}, buckets(1e-6, 10)).Observe(seconds);
  }
  void log_synced(double seconds) override { sync_.Observe(seconds); }
  void positions(u64 log, u64 service, u64 snapshot) override {
    log_position_.Set(static_cast<double>(log));
    service_position_.Set(static_cast<double>(service));
    snapshot_position_.Set(static_cast<double>(snapshot));
    lag_.Set(static_cast<double>(log > service ? log - service : 0));
  }
  void hash_mismatch() override { mismatches_.Increment(); }
  void input_age(std::string_view source, double seconds) override {
    ages_.of({std::string(source)}).Set(seconds);
  }
  void accounts(MarginState state, u64 count) override {
    accounts_.of({std::string(state_names[static_cast<std::size_t>(state)])}).Set(static_cast<double>(count));
  }
  void recon_breaks(std::string_view venue, std::string_view severity, u64 count) override {
    breaks_.of({std::string(venue), std::string(severity)}).Set(static_cast<double>(count));
  }
  void request(std::string_view door, std::string_view method, i64 code, double seconds) override {
    requests_.of({std::string(door), std::string(method), std::to_string(code)}).Increment();
    request_times_.of({std::string(door)}, buckets(1e-5, 10)).Observe(seconds);
  }
  void connections(std::string_view kind, u64 count) override {
    connections_.of({std::string(kind)}).Set(static_cast<double>(count));
  }
  void queue_dropped(std::string_view queue, u64 count) override {
    dropped_.of({std::string(queue)}).Increment(static_cast<double>(count));
  }
  void rate_limited(std::string_view method) override { limited_.of({std::string(method)}).Increment(); }
  void auth_failed(std::string_view reason) override { auth_.of({std::string(reason)}).Increment(); }

  std::string text() override {
    const ProcessUse use = process_use();
    if (use.cpu_seconds > cpu_.Value()) cpu_.Increment(use.cpu_seconds - cpu_.Value());
    resident_.Set(static_cast<double>(use.resident_bytes));
    virtual_.Set(static_cast<double>(use.virtual_bytes));
    started_.Set(use.start_seconds);
    fds_.Set(static_cast<double>(use.open_fds));
    fds_max_.Set(static_cast<double>(use.max_fds));
    threads_.Set(static_cast<double>(use.threads));
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

 private:
  prometheus::Family<Counter>& counters(const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
  }
  Counter& counter(const char* name, const char* help) { return counters(name, help).Add({}); }
  prometheus::Family<Gauge>& gauges(const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
  }
  Gauge& gauge(const char* name, const char* help, const prometheus::Labels& labels = {}) {
    return gauges(name, help).Add(labels);
  }
  prometheus::Family<Histogram>& histograms(const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_);
  }

  prometheus::Registry registry_;
  Family<Counter> commands_{
      counters("margin_commands_total", "Commands applied, by type and whether they were accepted."),
      {"type", "result"}};
  Family<Counter> refusals_{counters("margin_refusals_total", "Commands refused, by reason."), {"reason"}};
  Histogram& apply_ =
      histograms("margin_apply_duration_seconds", "Time to apply one command.").Add({}, buckets(1e-7, 1));
  Family<Histogram> recompute_{
      histograms("margin_recompute_duration_seconds", "Time of one piece of work on margins, by its scope."),
      {"scope"}};
  Histogram& sync_ = histograms("margin_log_sync_duration_seconds", "Time until the log was durable.")
                         .Add({}, buckets(1e-5, 10));
  Gauge& log_position_ =
      gauge("margin_log_position", "Position of the log's end: commands that are durable.");
  Gauge& service_position_ =
      gauge("margin_service_position", "Position up to which this service has applied.");
  Gauge& snapshot_position_ = gauge("margin_snapshot_position", "Position of the newest snapshot.");
  Gauge& lag_ = gauge("margin_replica_lag_sequences", "Commands of the log not yet applied here.");
  Counter& mismatches_ =
      counter("margin_state_hash_mismatch_total", "State hashes that differed from the log writer's.");
  Family<Gauge> ages_{gauges("margin_input_age_seconds", "Time since the last input of a source."),
                      {"source"}};
  Family<Gauge> accounts_{gauges("margin_accounts", "Accounts, by margin state."), {"state"}};
  Family<Gauge> breaks_{gauges("margin_recon_breaks", "Accounts whose records elsewhere differ, by venue."),
                        {"venue", "severity"}};
  Family<Counter> requests_{counters("lockstep_requests_total", "Calls answered, by door, method and code."),
                            {"door", "method", "code"}};
  Family<Histogram> request_times_{
      histograms("lockstep_request_duration_seconds", "Time from a call to its answer, by door."), {"door"}};
  Family<Gauge> connections_{gauges("lockstep_connections", "Open connections, by kind."), {"kind"}};
  Family<Counter> dropped_{
      counters("lockstep_queue_dropped_total", "Messages that did not fit into a queue, by queue."),
      {"queue"}};
  Family<Counter> limited_{
      counters("lockstep_rate_limited_total", "Calls refused for their rate, by method."), {"method"}};
  Family<Counter> auth_{counters("lockstep_auth_failures_total", "Sign-ins that failed, by reason."),
                        {"reason"}};
  Counter& cpu_ = counter("process_cpu_seconds_total", "User and system CPU time spent.");
  Gauge& resident_ = gauge("process_resident_memory_bytes", "Resident memory.");
  Gauge& virtual_ = gauge("process_virtual_memory_bytes", "Virtual memory.");
  Gauge& started_ = gauge("process_start_time_seconds", "When the process was started, since 1970.");
  Gauge& fds_ = gauge("process_open_fds", "Open file descriptors.");
  Gauge& fds_max_ = gauge("process_max_fds", "Most file descriptors that may be open.");
  Gauge& threads_ = gauge("process_threads", "Threads.");
};

}  // namespace

std::unique_ptr<Metrics> Metrics::make(std::string_view version, u32 behaviour, u32 schema) {
  return std::make_unique<PrometheusMetrics>(version, behaviour, schema);
}

}  // namespace lockstep::metrics
