// What a user asks of each verb: plain data, filled by arguments.cpp, read by the verb.  One struct and one
// function a verb; a verb returns the process's exit code.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/units/units.h"

namespace lockstep {

// The exit codes of every verb.  unusable: the input cannot be used, and stderr has exactly one line that
// says what, where and what would be right.
constexpr int exit_success = 0;
constexpr int exit_negative = 1;
constexpr int exit_unusable = 2;

// A log on etcd.  The password comes from the environment (LOCKSTEP_ETCD_PASSWORD): a command line is seen
// by all.
struct EtcdArguments {
  std::string address;               // etcd://HOST:PORT[,...]/PREFIX; empty: the embedded log
  std::string ca, certificate, key;  // PEM files
  std::string user;
};

struct RunOptions {
  std::string data;    // folder; empty: the preset
  std::string preset;  // empty: the feed's default
  std::string from, to;
  std::string log;                                 // folder; empty: a fresh one
  std::string rulebooks;                           // folder; empty: the project's
  std::string rulebook_deribit, rulebook_binance;  // files; empty: those of the folder
  EtcdArguments etcd;
  u32 accounts = 10'000;
  u64 seed = 1;
  bool calibrate = false;
  bool once = false;
  std::string listen = "127.0.0.1:8087";  // of the service; with `once` there is none
  u32 pace = 20;  // steps of the data a second, with the service; 0: as fast as it goes
  bool json = false;
};
int run_verb(const RunOptions& options);

struct VerifyOptions {
  std::string folder;
  EtcdArguments etcd;
  bool json = false;
};
int verify_verb(const VerifyOptions& options);

// Either a book under a rulebook, or an account of a log.
struct MarginOptions {
  std::string rulebook, book;
  std::string log;
  std::optional<u64> at;  // log position; none: the end
  std::string account;    // empty: every account (book only)
  bool explain = false;
  bool json = false;
};
int margin_verb(const MarginOptions& options);

// Changes to one account; or a file of questions, each by itself (batch) or each after the other (path).
struct WhatIfOptions {
  MarginOptions of;  // where the account is found
  std::vector<std::string> changes;
  std::string batch, path;
  bool prices = false;  // liquidation prices also for files of questions
};
int what_if_verb(const WhatIfOptions& options);

struct AccountsOptions {
  std::string log;
  std::optional<u64> at;
  std::string state;          // normal, call, liquidation, bankrupt; empty: all
  std::string sort = "room";  // room, equity, name
  u32 limit = 20;             // 0: all
  bool json = false;
};
int accounts_verb(const AccountsOptions& options);

struct RulebookOptions {
  std::string first, other;  // other: diff only
  bool json = false;
};
int rulebook_check_verb(const RulebookOptions& options);
int rulebook_diff_verb(const RulebookOptions& options);

// A file, or a log.
struct RulebookShowOptions {
  std::string file, log;
  std::optional<u64> at;  // log position; none: the end
  std::string name;       // of the rulebook; empty: there is one
  u32 epoch = 0;          // 0: the one in force
  bool json = false;
};
int rulebook_show_verb(const RulebookShowOptions& options);

struct PreviewOptions {
  MarginOptions of;  // where the accounts are
  std::string file;  // the rulebook that is proposed
  u32 limit = 20;    // accounts printed; 0: all
};
int rulebook_preview_verb(const PreviewOptions& options);

struct EpochsOptions {
  MarginOptions of;      // whose epochs
  std::string rulebook;  // empty: all
};
int rulebook_epochs_verb(const EpochsOptions& options);

// The whole book after shocks.
struct StressOptions {
  MarginOptions of;      // where the accounts are
  std::string steps;     // "5 10 20 %"; empty: the usual ones
  std::string together;  // factor by which everything else moves with an underlying; empty: it stays
  bool history = false;  // replay the log for the margin rate over time
  std::string every = "1 h";
  std::string svg;  // file; empty: no picture
  u32 limit = 3;    // underlyings whose ladder is printed; 0: all
};
int stress_verb(const StressOptions& options);

// A book under rulebooks; with a report, against what a venue says.
struct CompareOptions {
  std::string book, account;           // account empty: all
  std::vector<std::string> rulebooks;  // files; empty: all of the project's
  std::string report;
  bool json = false;
};
int compare_verb(const CompareOptions& options);

struct SnapshotOptions {
  std::string folder;
  bool json = false;
};
int snapshot_verb(const SnapshotOptions& options);

struct DiffOptions {
  std::string first, other;  // a snapshot file or a node's folder
  bool json = false;
};
int diff_verb(const DiffOptions& options);

struct ConformOptions {
  std::vector<std::string> files;
  bool json = false;
};
int conform_verb(const ConformOptions& options);

struct RefusalsOptions {
  bool markdown = false;
  bool json = false;
};
int refusals_verb(const RefusalsOptions& options);

struct ConstantsOptions {
  bool json = false;
};
int constants_verb(const ConstantsOptions& options);

struct DoctorOptions {
  std::string folder;  // where to test how long a durable write takes; empty: not at all
  bool json = false;
};
int doctor_verb(const DoctorOptions& options);

// Writes the documents that are made from the program itself; check: only says whether they are up to date.
struct DocsOptions {
  std::string folder = "docs";
  bool check = false;
  bool json = false;
};
int docs_verb(const DocsOptions& options);

}  // namespace lockstep
