// EtcdStore: a KeyStore that is an etcd cluster, over gRPC.
//
// Each call goes to one member.  If that does not answer in time the call is `unreachable`, and the next
// call goes to the next member: what may be sent again is the caller's to know.  Transactions and
// linearizable reads are answered by a quorum, whichever member is asked.
//
// An entry may be as large as frame_payload_max: start etcd with --max-request-bytes=8388608.  Tested with
// etcd 3.4.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node/etcd/store.h"

namespace lockstep {

struct EtcdOptions {
  std::vector<std::string> members;  // host:port
  i64 timeout_ms = 250;              // of one call
  std::string ca, certificate, key;  // PEM files; ca empty: no TLS
  std::string user, password;        // user empty: none
};

// etcd://HOST:PORT[,HOST:PORT...]/PREFIX; the prefix may be left out.
struct EtcdAddress {
  std::vector<std::string> members;
  std::string prefix;  // with its leading slash
};
Result<EtcdAddress, Fault> parse_etcd_address(const std::string& text);

// Connects when it is first asked.  Faults: a PEM file that cannot be read.
Result<std::unique_ptr<KeyStore>, Fault> open_etcd(EtcdOptions options);

}  // namespace lockstep
