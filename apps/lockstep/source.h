// Where a verb finds the accounts it is asked about: in a book under a rulebook, or in a node's log.
#pragma once

#include <memory>

#include "apps/lockstep/options.h"
#include "core/base/result.h"
#include "core/engine/engine.h"
#include "node/etcd/etcd_store.h"
#include "node/io/fault.h"

namespace lockstep {

Result<std::unique_ptr<Engine>, Fault> open_accounts(const MarginOptions& options);

// options.account; where none is named, the only one there is.
Result<AccountId, Fault> named_account(const Engine& engine, const MarginOptions& options);

// Where a log on etcd is, as node/runtime takes it; address empty: nowhere.
struct EtcdPlace {
  EtcdOptions options;
  std::string prefix;  // empty: the embedded log
};
Result<EtcdPlace, Fault> etcd_place(const EtcdArguments& arguments);

// A whole file, at most 64 MiB.
Result<std::string, Fault> read_text_file(const std::string& path);

}  // namespace lockstep
