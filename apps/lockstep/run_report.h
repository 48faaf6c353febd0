// What `lockstep run` prints: a header, a line a snapshot of the chain, and the report at the end.  With
// --json every line is one JSON object, told apart by "kind": start, summary, end.
#pragma once

#include <string>

#include "apps/lockstep/options.h"
#include "node/runtime/main_job.h"

namespace lockstep {

struct RunCost {
  double wall_seconds = 0;
  double cpu_seconds = 0;
  u64 memory_bytes = 0;  // highest resident size
};

void print_header(const RunOptions& options, const FeedReport& feed, const std::string& folder);
void print_summary(const RunOptions& options, const BookSummary& summary);
void print_report(const RunOptions& options, const MainJobReport& report, const std::string& folder,
                  const RunCost& cost);

}  // namespace lockstep
