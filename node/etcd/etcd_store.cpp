#include "node/etcd/etcd_store.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include <etcd/etcdserver/etcdserverpb/rpc.grpc.pb.h>

namespace lockstep {
namespace {

namespace pb = etcdserverpb;

struct Member {
  std::string name;
  std::unique_ptr<pb::KV::Stub> kv;
  std::unique_ptr<pb::Auth::Stub> auth;
};

FaultKind kind_of(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN: return FaultKind::unreachable;
    case grpc::StatusCode::RESOURCE_EXHAUSTED: return FaultKind::no_space;
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED: return FaultKind::permission;
    default: return FaultKind::other;
  }
}

StoredKey stored(const mvccpb::KeyValue& kv) {
  return {kv.key(), kv.value(), kv.create_revision(), kv.mod_revision()};
}

// Listens on a thread of its own to what changes below a prefix, and says only that something did. etcd's
// watch can skip or repeat after a partition, so nothing rests on it; whatever breaks it, it begins anew at
// the next member.
class Watch {
 public:
  Watch(std::vector<std::shared_ptr<grpc::Channel>> channels, std::string prefix)
      : channels_(std::move(channels)), prefix_(std::move(prefix)), thread_([this] { run(); }) {}
  ~Watch() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ends_ = true;
      if (context_ != nullptr) context_->TryCancel();
    }
    changed_.notify_all();
    thread_.join();
  }
  void wait(const std::string& token, i64 milliseconds) {
    std::unique_lock<std::mutex> lock(mutex_);
    token_ = token;
    changed_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return news_; });
    news_ = false;
  }

 private:
  void run() {
    for (std::size_t at = 0;; ++at) {
      grpc::ClientContext context;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (ends_) return;
        context_ = &context;
        if (!token_.empty()) context.AddMetadata("token", token_);
      }
      listen(context, channels_[at % channels_.size()]);
      std::unique_lock<std::mutex> lock(mutex_);
      context_ = nullptr;
      changed_.wait_for(lock, std::chrono::milliseconds(200), [this] { return ends_; });
    }
  }
  void listen(grpc::ClientContext& context, const std::shared_ptr<grpc::Channel>& channel) {
    const auto stub = pb::Watch::NewStub(channel);
    const auto stream = stub->Watch(&context);
    pb::WatchRequest request;
    pb::WatchCreateRequest* create = request.mutable_create_request();
    std::string end = prefix_;
    end.back() = static_cast<char>(end.back() + 1);
    create->set_key(prefix_);
    create->set_range_end(end);
    if (!stream->Write(request)) return;
    for (pb::WatchResponse response; stream->Read(&response);) {
      if (response.canceled()) context.TryCancel();
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        news_ = true;
      }
      changed_.notify_all();
    }
    stream->Finish();
  }

  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::string prefix_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::string token_;
  grpc::ClientContext* context_ = nullptr;
  bool news_ = false;
  bool ends_ = false;
  std::thread thread_;
};

class EtcdStore final : public KeyStore {
 public:
  EtcdStore(EtcdOptions options, std::shared_ptr<grpc::ChannelCredentials> credentials)
      : options_(std::move(options)) {
    for (const std::string& name : options_.members) {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
      arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
      arguments.SetMaxReceiveMessageSize(-1);
      arguments.SetMaxSendMessageSize(-1);
      const auto channel = grpc::CreateCustomChannel(name, credentials, arguments);
      channels_.push_back(channel);
      members_.push_back({name, pb::KV::NewStub(channel), pb::Auth::NewStub(channel)});
    }
  }

  Result<Transacted, Fault> transact(const Transaction& transaction) override {
    pb::TxnRequest request;
    for (const Condition& condition : transaction.conditions) {
      pb::Compare* compare = request.add_compare();
      compare->set_key(condition.key);
      compare->set_result(pb::Compare::EQUAL);
      if (condition.of == Condition::Of::created) {
        compare->set_target(pb::Compare::CREATE);
        compare->set_create_revision(condition.revision);
      } else {
        compare->set_target(pb::Compare::MOD);
        compare->set_mod_revision(condition.revision);
      }
    }
    for (const Put& put : transaction.puts) {
      pb::PutRequest* write = request.add_success()->mutable_request_put();
      write->set_key(put.key);
      write->set_value(put.value);
    }
    for (const std::string& key : transaction.removes) {
      request.add_success()->mutable_request_delete_range()->set_key(key);
    }
    for (const std::string& key : transaction.otherwise_read) {
      request.add_failure()->mutable_request_range()->set_key(key);
    }
    pb::TxnResponse response;
    const auto call = [&](Member& member, grpc::ClientContext& context) {
      return member.kv->Txn(&context, request, &response);
    };
    if (Result<Done, Fault> done = ask("write", call); !done) return done.error();
    Transacted out;
    out.written = response.succeeded();
    out.revision = response.header().revision();
    for (const pb::ResponseOp& op : response.responses()) {
      if (out.written) break;
      const pb::RangeResponse& range = op.response_range();
      out.found.push_back(range.kvs_size() == 0 ? std::nullopt
                                                : std::optional<StoredKey>(stored(range.kvs(0))));
    }
    return out;
  }

  Result<std::vector<StoredKey>, Fault> read(const KeyRange& range) override {
    pb::RangeRequest request;
    request.set_key(range.from);
    request.set_range_end(range.to);
    request.set_limit(static_cast<i64>(range.limit));
    request.set_serializable(range.may_lag);
    request.set_sort_target(pb::RangeRequest::KEY);
    request.set_sort_order(range.from_end ? pb::RangeRequest::DESCEND : pb::RangeRequest::ASCEND);
    pb::RangeResponse response;
    const auto call = [&](Member& member, grpc::ClientContext& context) {
      return member.kv->Range(&context, request, &response);
    };
    if (Result<Done, Fault> done = ask("read", call); !done) return done.error();
    std::vector<StoredKey> found;
    for (const mvccpb::KeyValue& kv : response.kvs()) found.push_back(stored(kv));
    return found;
  }

  Result<Done, Fault> remove(const std::string& from, const std::string& to) override {
    pb::DeleteRangeRequest request;
    request.set_key(from);
    request.set_range_end(to);
    pb::DeleteRangeResponse response;
    const auto call = [&](Member& member, grpc::ClientContext& context) {
      return member.kv->DeleteRange(&context, request, &response);
    };
    if (Result<Done, Fault> done = ask("remove", call); !done) return done.error();
    pb::CompactionRequest compaction;
    compaction.set_revision(response.header().revision());
    pb::CompactionResponse compacted;
    const auto compact = [&](Member& member, grpc::ClientContext& context) {
      const grpc::Status status = member.kv->Compact(&context, compaction, &compacted);
      // Nothing was removed and another has compacted as far, or an answer was lost: it is done.
      const bool is_done = status.error_code() == grpc::StatusCode::OUT_OF_RANGE &&
                           status.error_message().find("has been compacted") != std::string::npos;
      return is_done ? grpc::Status::OK : status;
    };
    return ask("compact", compact);
  }

  void wait(const std::string& prefix, i64 milliseconds) override {
    if (watch_ == nullptr) watch_ = std::make_unique<Watch>(channels_, prefix);
    watch_->wait(token_, milliseconds);
  }

 private:
  template <class Call>
  Result<Done, Fault> ask(const char* what, Call call) {
    grpc::Status status = once(call);
    if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED && !options_.user.empty()) {
      token_.clear();  // it has expired, or the member was restarted
      status = once(call);
    }
    if (status.ok()) return Done{};
    const std::string member = members_[at_].name;
    if (kind_of(status) == FaultKind::unreachable) {
      at_ = (at_ + 1) % members_.size();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::string advice;
    if (status.error_message().find("space exceeded") != std::string::npos) {
      advice =
          "; its quota is full: compact, defragment and disarm the alarm with etcdctl, or raise "
          "--quota-backend-bytes, and start again";
    }
    return Fault{"etcd " + member + ": " + what + ": " + status.error_message() + advice, kind_of(status)};
  }

  template <class Call>
  grpc::Status once(Call call) {
    Member& member = members_[at_];
    if (!options_.user.empty() && token_.empty()) {
      if (grpc::Status status = authenticate(member); !status.ok()) return status;
    }
    grpc::ClientContext context;
    prepare(context);
    if (!token_.empty()) context.AddMetadata("token", token_);
    return call(member, context);
  }

  void prepare(grpc::ClientContext& context) const {
    // A call that fails at once does not let the connection get on: only a call that waits does.
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(options_.timeout_ms));
  }

  grpc::Status authenticate(Member& member) {
    pb::AuthenticateRequest request;
    request.set_name(options_.user);
    request.set_password(options_.password);
    pb::AuthenticateResponse response;
    grpc::ClientContext context;
    prepare(context);
    const grpc::Status status = member.auth->Authenticate(&context, request, &response);
    if (status.ok()) token_ = response.token();
    return status;
  }

  EtcdOptions options_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<Member> members_;
  std::size_t at_ = 0;
  std::string token_;
  std::unique_ptr<Watch> watch_;  // last: it ends first
};

Result<std::string, Fault> pem(const std::string& path) {
  if (path.empty()) return std::string();
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Fault{"etcd: cannot read the file " + path};
  return text.str();
}

}  // namespace

Result<EtcdAddress, Fault> parse_etcd_address(const std::string& text) {
  const std::string scheme = "etcd://";
  const Fault wrong{"\"" + text + "\" is no address such as etcd://host1:2379,host2:2379/lockstep"};
  if (text.rfind(scheme, 0) != 0) return wrong;
  const std::size_t slash = text.find('/', scheme.size());
  std::istringstream list(
      text.substr(scheme.size(), slash == std::string::npos ? slash : slash - scheme.size()));
  EtcdAddress address;
  for (std::string member; std::getline(list, member, ',');) {
    const std::size_t colon = member.rfind(':');
    if (colon == 0 || colon == std::string::npos || colon + 1 == member.size()) return wrong;
    if (member.find_first_not_of("0123456789", colon + 1) != std::string::npos) return wrong;
    address.members.push_back(member);
  }
  if (address.members.empty()) return wrong;
  address.prefix = slash == std::string::npos || slash + 1 == text.size() ? "/lockstep" : text.substr(slash);
  return address;
}

Result<std::unique_ptr<KeyStore>, Fault> open_etcd(EtcdOptions options) {
  LS_ASSERT(!options.members.empty());
  std::shared_ptr<grpc::ChannelCredentials> credentials = grpc::InsecureChannelCredentials();
  if (!options.ca.empty()) {
    grpc::SslCredentialsOptions tls;
    const Result<std::string, Fault> ca = pem(options.ca);
    const Result<std::string, Fault> certificate = pem(options.certificate);
    const Result<std::string, Fault> key = pem(options.key);
    for (const auto* file : {&ca, &certificate, &key}) {
      if (!*file) return file->error();
    }
    tls.pem_root_certs = ca.value();
    tls.pem_cert_chain = certificate.value();
    tls.pem_private_key = key.value();
    credentials = grpc::SslCredentials(tls);
  }
  return std::unique_ptr<KeyStore>(std::make_unique<EtcdStore>(std::move(options), std::move(credentials)));
}

}  // namespace lockstep
