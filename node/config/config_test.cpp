// The example says what is true, and every wrong file is answered with its place and what would be right.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "node/config/serve_config.h"

namespace lockstep::config {
namespace {

// A folder that is gone afterwards.
struct Folder {
  std::string path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lockstep-config-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string& name, const std::string& text, ::mode_t mode = 0600) const {
    const std::string file = path + "/" + name;
    std::ofstream(file) << text;
    EXPECT_EQ(::chmod(file.c_str(), mode), 0);
    return file;
  }
};

// The fault without the folder in front of its file, or the empty text.
std::string fault_of(const std::string& text, const Environment& environment = {}, ::mode_t mode = 0600) {
  const Folder folder;
  const Result<ServeConfig, Fault> config = read_config(folder.write("serve.toml", text, mode), environment);
  if (config) return "";
  std::string what = config.error().what;
  for (std::size_t at; (at = what.find(folder.path + "/")) != std::string::npos;) {
    what.erase(at, folder.path.size() + 1);
  }
  return what;
}

ServeConfig config_of(const std::string& text, const Environment& environment = {}) {
  const Folder folder;
  Result<ServeConfig, Fault> config = read_config(folder.write("serve.toml", text), environment);
  EXPECT_TRUE(config) << config.error().what;
  return config ? std::move(config).value() : ServeConfig{};
}

std::string example() {
  std::ifstream file(std::string(LOCKSTEP_SOURCE_DIR) + "/deploy/serve.toml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Config, TheExampleSaysTheDefaults) {
  const std::string shown = describe(config_of(example()));
  EXPECT_EQ(shown, describe(config_of("data = \"/var/lib/lockstep\"\n")));
  EXPECT_EQ(shown,
            "name        lockstep\n"
            "data        /var/lib/lockstep\n"
            "server      http://127.0.0.1:8087, from anywhere\n"
            "log         embedded\n"
            "clock       a tick every 1 s\n"
            "history     /var/lib/lockstep/history.sqlite\n"
            "snapshots   every 100000 commands, the newest 3 are kept\n"
            "logging     info, json\n"
            "reads       100 a second, 500 at once\n"
            "trades      20 a second, 100 at once\n"
            "anonymous   100 a second, 500 at once\n"
            "failures    10 a minute\n"
            "window      1 min either side\n"
            "tokens      15 min, refreshed for 7 d\n");
  const net::ServerOptions defaults, read = config_of(example()).server;
  EXPECT_EQ(read.connections_max, defaults.connections_max);
  EXPECT_EQ(read.connections_per_address_max, defaults.connections_per_address_max);
  EXPECT_EQ(read.header_size_max, defaults.header_size_max);
  EXPECT_EQ(read.body_size_max, defaults.body_size_max);
  EXPECT_EQ(read.message_size_max, defaults.message_size_max);
  EXPECT_EQ(read.queue_size_max, defaults.queue_size_max);
  EXPECT_EQ(read.request_timeout_us, defaults.request_timeout_us);
  EXPECT_EQ(read.idle_timeout_us, defaults.idle_timeout_us);
}

// With everything that stands behind a #, once per way to give a secret.
TEST(Config, TheExampleWithEverything) {
  for (const std::string way : {"_file", "_env", ""}) {
    const Folder folder;
    std::string text = std::regex_replace(example(), std::regex("(^|\n)#([a-z_]+ = |\\[\\[keys)"), "$1$2");
    text = std::regex_replace(text, std::regex("\"\\.\\.\\.\""), "\"0123456789abcdef\"");
    for (const std::string other : {"_file", "_env", ""}) {
      if (other == way) continue;
      text = std::regex_replace(text, std::regex("\n(secret|password)" + other + " = .*"), "");
    }
    const Environment environment = {{"LOCKSTEP_ETCD_PASSWORD", "0123456789abcdef"},
                                     {"LOCKSTEP_DESK_SECRET", "0123456789abcdef"}};
    for (const char* name : {"server.pem", "secrets_server-key.pem", "etcd-ca.pem", "etcd.pem",
                             "secrets_etcd-key.pem", "secrets_etcd-password", "secrets_desk"}) {
      const std::string file = folder.write(name, "0123456789abcdef\n");
      text = std::regex_replace(text, std::regex("\"[^\"]*/" + std::string(name) + "\""), "\"" + file + "\"");
    }
    const Result<ServeConfig, Fault> read = read_config(folder.write("serve.toml", text), environment);
    ASSERT_TRUE(read) << read.error().what;
    const ServeConfig& config = read.value();
    EXPECT_EQ(config.etcd.members.size(), 3u);
    EXPECT_EQ(config.etcd.password, "0123456789abcdef");
    EXPECT_EQ(config.keys.at(1).secret, "0123456789abcdef");
    const std::string shown = describe(config);
    EXPECT_EQ(shown.find("0123456789abcdef"), std::string::npos) << shown;
    const std::string keys =
        "key operator Ed25519, everybody's accounts, may read simulate operate, from 127.0.0.1, ::1\n"
        "key desk    HMAC, accounts of fund, may read simulate trade, from anywhere; looks 200 a second, "
        "1000 at once; changes 50 a second, 200 at once\n";
    EXPECT_TRUE(shown.ends_with(keys)) << shown;
    EXPECT_NE(shown.find("server      https://127.0.0.1:8087"), std::string::npos) << shown;
    EXPECT_NE(shown.find("log         etcd://10.0.0.1:2379,10.0.0.2:2379,10.0.0.3:2379/lockstep\n"),
              std::string::npos)
        << shown;
  }
}

// Whatever the reader knows is in the example: it lists what it knows when it finds something else.
TEST(Config, TheExampleHasEveryKey) {
  const std::string text = example();
  for (const std::string section :
       {"", "[server]\n", "[access]\n", "[access]\nreads = {}\n", "[log]\n", "[clock]\n", "[history]\n",
        "[snapshots]\n", "[logging]\n",
        "[[keys]]\nid=\"a\"\nscopes=[\"operate\"]\nsecret=\"0123456789abcdef\"\n"}) {
    const bool inner = section.find("{}") != std::string::npos;
    const std::string wrong = inner ? "[access]\nreads = { zzz = 1 }\n" : section + "zzz = 1\n";
    const std::string fault = fault_of((section.empty() ? "" : "data = \"d\"\n") + wrong);
    std::smatch found;
    ASSERT_TRUE(std::regex_search(fault, found, std::regex("unknown key \"zzz\"; [a-z ]+ has ([a-z_, ]+)$")))
        << fault;
    std::istringstream names(found[1]);
    for (std::string name; std::getline(names >> std::ws, name, ',');) {
      const std::regex shown("(\n#?|[{,] )(" + name + " = |\\[+" + name + "\\])");
      EXPECT_TRUE(std::regex_search(text, shown)) << section << name;
    }
  }
}

struct Wrong {
  std::string text;
  std::string fault;
};

void expect_faults(const std::vector<Wrong>& cases) {
  for (const Wrong& c : cases) EXPECT_EQ(fault_of(c.text), c.fault) << c.text;
}

TEST(Config, SaysWhatIsWrongWithTheServer) {
  const std::string span = R"(a time span such as "30 s", "5 min", "24 h" or "2 d")";
  expect_faults({
      {"", "serve.toml:1:1: data must be given: the folder of this node"},
      {"data = 5\n", "serve.toml:1:1: data must be a text, not an integer"},
      {"data = \"\"\n", "serve.toml:1:1: data must be a text, not an empty one"},
      {"data = \"d\"\nport = 80\n",
       "serve.toml:2:1: unknown key \"port\"; the file has data, name, server, access, log, clock, history, "
       "snapshots, logging, keys"},
      {"data = \"d\"\nserver = 5\n", "serve.toml:2:1: server must be a table, not an integer"},
      {"data = \"d\"\n[server]\nprot = 80\n",
       "serve.toml:3:1: unknown key \"prot\"; server has address, port, certificate, private_key, insecure, "
       "allow, "
       "connections, connections_per_address, header_size, body_size, message_size, queue_size, "
       "request_timeout, idle_timeout"},
      {"data = \"d\"\n[server]\nport = 65536\n",
       "serve.toml:3:1: port must be a whole number from 0 to 65535, not 65536"},
      {"data = \"d\"\n[server]\nport = \"80\"\n",
       "serve.toml:3:1: port must be a whole number from 0 to 65535, not a text"},
      {"data = \"d\"\n[server]\nport = 1\nport = 2\n",
       "serve.toml:4:8: Error while parsing key-value pair: cannot redefine existing integer 'port'"},
      {"data = \"d\"\n[server]\naddress = \"localhost\"\n",
       R"(serve.toml:3:1: address must be an address such as "127.0.0.1" or "::", not "localhost")"},
      {"data = \"d\"\n[server]\naddress = \"0.0.0.0\"\n",
       "serve.toml:3:1: address 0.0.0.0 can be reached from other machines, and without certificate and "
       "private_key everything on the way can be read; give both, or insecure = true"},
      {"data = \"d\"\n[server]\ninsecure = \"yes\"\n",
       "serve.toml:3:1: insecure must be true or false, not a text"},
      {"data = \"d\"\n[server]\ncertificate = \"c.pem\"\n",
       "serve.toml:3:1: certificate needs private_key, too"},
      {"data = \"d\"\n[server]\ncertificate = \"no.pem\"\nprivate_key = \"no.key\"\n",
       "serve.toml:3:1: certificate must be a file that can be read, not no.pem"},
      {"data = \"d\"\n[server]\nallow = [\"10.0.0.1/8\"]\n",
       "serve.toml:3:10: allow must be 10.0.0.1 for the one address, or 10.0.0.0/8 for the network, not "
       "\"10.0.0.1/8\""},
      {"data = \"d\"\n[server]\nallow = [7]\n",
       "serve.toml:3:10: allow must be a list of texts, each an address or a network, not of an integer"},
      {"data = \"d\"\n[server]\nallow = \"10.0.0.1\"\n",
       "serve.toml:3:1: allow must be a list of texts, each an address or a network, not a text"},
      {"data = \"d\"\n[server]\nidle_timeout = 60\n",
       "serve.toml:3:1: idle_timeout must be " + span + ", not an integer"},
      {"data = \"d\"\n[server]\nidle_timeout = \"60\"\n",
       "serve.toml:3:1: idle_timeout must be " + span + ", not \"60\""},
      {"data = \"d\"\n[server]\nidle_timeout = \"2 h\"\n",
       "serve.toml:3:1: idle_timeout must be from 1 s to 1 h, not 2 h"},
  });
}

TEST(Config, SaysWhatIsWrongWithTheRest) {
  expect_faults({
      {"data = \"d\"\n[access]\nreads = 100\n", "serve.toml:3:1: reads must be a table, not an integer"},
      {"data = \"d\"\n[access]\nreads = { per_second = 0 }\n",
       "serve.toml:3:11: per_second must be a whole number from 1 to 1000000, not 0"},
      {"data = \"d\"\n[access]\naccess_token = \"1 s\"\n",
       "serve.toml:3:1: access_token must be from 10 s to 30 d, not 1 s"},
      {"data = \"d\"\n[log]\nca = \"x\"\n",
       "serve.toml:3:1: ca is about a log on etcd, and etcd is not given"},
      {"data = \"d\"\n[log]\netcd = \"host:2379\"\n",
       "serve.toml:3:1: etcd must be an address such as etcd://host1:2379,host2:2379/lockstep, not "
       "\"host:2379\""},
      {"data = \"d\"\n[log]\netcd = \"etcd://h:1\"\nuser = \"u\"\n",
       "serve.toml:4:1: user and a password must be given together"},
      {"data = \"d\"\n[log]\netcd = \"etcd://h:1\"\nuser = \"u\"\npassword_env = \"P\"\n",
       "serve.toml:5:1: password_env must name a variable that is set; P is not"},
      {"data = \"d\"\n[clock]\ntick = \"1 ms\"\n",
       "serve.toml:3:1: tick must be from 10 ms to 1 h, not 1 ms"},
      {"data = \"d\"\n[snapshots]\nevery = 1.5\n",
       "serve.toml:3:1: every must be a whole number from 1000 to 1000000000, not a number"},
      {"data = \"d\"\n[logging]\nlevel = \"loud\"\n",
       "serve.toml:3:1: level must be one of debug, info, warning, error, not \"loud\""},
      {"data = \"d\"\n[logging]\nformat = \"xml\"\n",
       "serve.toml:3:1: format must be one of json, text, not \"xml\""},
  });
}

TEST(Config, SaysWhatIsWrongWithAKey) {
  const std::string begin = "data = \"d\"\n[[keys]]\n";
  const std::string secret = "secret = \"0123456789abcdef\"\n";
  const std::string good = "id = \"a\"\nscopes = [\"read\"]\nparty = \"p\"\n" + secret;
  EXPECT_EQ(fault_of(begin + good), "");
  expect_faults({
      {"data = \"d\"\nkeys = [1]\n", "serve.toml:2:9: keys must be tables, [[keys]], not an integer"},
      {begin, "serve.toml:2:1: id must be 1 to 64 of the characters A-Z a-z 0-9 _ . -"},
      {begin + "id = \"a b\"\n", "serve.toml:3:1: id must be 1 to 64 of the characters A-Z a-z 0-9 _ . -"},
      {begin + "id = \"a\"\n", "serve.toml:2:1: scopes must be a list of read, simulate, trade and operate"},
      {begin + "id = \"a\"\nscopes = [\"write\"]\n",
       "serve.toml:4:11: scopes must be read, simulate, trade or operate, not \"write\""},
      {begin + "id = \"a\"\nscopes = [\"read\"]\n" + secret,
       "serve.toml:2:1: party must be given: without it a key sees nobody's accounts, unless it may operate"},
      {begin + "id = \"a\"\nscopes = [\"operate\"]\n",
       "serve.toml:3:1: id needs one proof: secret, secret_file, secret_env or public_key"},
      {begin + good + "public_key = \"x\"\n",
       "serve.toml:3:1: id needs one proof: secret, secret_file, secret_env or public_key"},
      {begin + good + "secret_env = \"X\"\n",
       "serve.toml:6:1: secret must be given once: as secret, secret_file or secret_env"},
      {begin + "id = \"a\"\nscopes = [\"operate\"]\nsecret = \"tiny-secret\"\n",
       "serve.toml:5:1: secret must hold 16 to 256 printable characters without blanks, as "
       "`openssl rand -hex 32` makes them"},
      {begin + "id = \"a\"\nscopes = [\"operate\"]\nsecret = 1234567890123456\n",
       "serve.toml:5:1: secret must be a text, not an integer"},
      {begin + "id = \"a\"\nscopes = [\"operate\"]\npublic_key = \"abc\"\n",
       "serve.toml:5:1: public_key must be the base64 line that `openssl pkey -pubout` prints for an Ed25519 "
       "key"},
      {begin + good + "[[keys]]\n" + good, "serve.toml:7:1: id \"a\" is that of another key, too"},
      {begin + good + "rights = 1\n",
       "serve.toml:7:1: unknown key \"rights\"; a key has id, party, account, scopes, allow, reads, trades, "
       "public_key, secret, secret_file, secret_env"},
  });
}

TEST(Config, FilesWithSecretsAreNobodyElses) {
  const std::string key = "id = \"a\"\nscopes = [\"operate\"]\n";
  const std::string inline_secret = "data = \"d\"\n[[keys]]\n" + key + "secret = \"0123456789abcdef\"\n";
  EXPECT_EQ(fault_of(inline_secret, {}, 0640),
            "serve.toml: has a secret and can be used by others; chmod 600 serve.toml");
  EXPECT_EQ(fault_of("data = \"d\"\n", {}, 0644), "");

  const Folder folder;
  const auto with_file = [&](const std::string& file, const Environment& environment = {}) {
    return fault_of("data = \"d\"\n[[keys]]\n" + key + "secret_file = \"" + file + "\"\n", environment, 0644);
  };
  const std::string at = "serve.toml:5:1: secret_file ";
  const std::string shared = folder.write("shared", "0123456789abcdef\n", 0640);
  EXPECT_EQ(with_file(folder.write("own", "0123456789abcdef\n", 0400)), "");
  EXPECT_EQ(with_file(shared), at + "cannot be used: " + shared +
                                   ": has a secret and can be used by others; chmod 600 " + shared);
  EXPECT_EQ(with_file(folder.path + "/none"),
            at + "cannot be used: " + folder.path + "/none: No such file or directory");
  EXPECT_EQ(
      with_file(folder.write("short", "abc\n")),
      at + "must hold 16 to 256 printable characters without blanks, as `openssl rand -hex 32` makes them");
  // systemd lets the service in by an access list, which shows as the group's right.
  EXPECT_EQ(with_file(shared, {{"CREDENTIALS_DIRECTORY", folder.path}}), "");
  const std::string everybodys = folder.write("everybodys", "0123456789abcdef\n", 0644);
  EXPECT_NE(with_file(everybodys, {{"CREDENTIALS_DIRECTORY", folder.path}}), "");
}

TEST(Config, TheEnvironmentComesFirst) {
  const std::string text = "data = \"d\"\n[server]\nport = 1\n";
  const ServeConfig config = config_of(text, {{"LOCKSTEP_SERVE__SERVER__PORT", "8443"},
                                              {"LOCKSTEP_SERVE__SERVER__ALLOW", "[\"10.0.0.0/8\"]"},
                                              {"LOCKSTEP_SERVE__SERVER__ADDRESS", "0.0.0.0"},
                                              {"LOCKSTEP_SERVE__SERVER__INSECURE", "true"},
                                              {"LOCKSTEP_SERVE__CLOCK__TICK", "5 s"},
                                              {"LOCKSTEP_SERVE__ACCESS__READS__BURST", "7"},
                                              {"LOCKSTEP_SERVE__NAME", "\"17\""},
                                              {"LOCKSTEP_SERVE", "x"},
                                              {"PATH", "/bin"}});
  EXPECT_EQ(config.server.port, 8443);
  EXPECT_EQ(config.access.allow.size(), 1u);
  EXPECT_EQ(config.server.address, "0.0.0.0");
  EXPECT_EQ(config.tick_us, 5'000'000);
  EXPECT_EQ(config.access.reads.burst, 7);
  EXPECT_EQ(config.access.reads.count, 100);
  EXPECT_EQ(config.name, "17");
  EXPECT_EQ(config.data, "d");
}

TEST(Config, SaysWhichVariableIsWrong) {
  const std::string text = "data = \"d\"\n[[keys]]\nid = \"a\"\n";
  const std::string none =
      ": sets no key of the file; it must be LOCKSTEP_SERVE__SECTION__KEY, and keys of "
      "clients stand in the file only";
  const struct {
    std::string name, value, fault;
  } cases[] = {
      {"LOCKSTEP_SERVE__SERVER__PORT", "many",
       "LOCKSTEP_SERVE__SERVER__PORT: port must be a whole number from 0 to 65535, not a text"},
      {"LOCKSTEP_SERVE__SERVER__PORTS", "1",
       "LOCKSTEP_SERVE__SERVER__PORTS: unknown key \"ports\"; server has address, port, certificate, "
       "private_key, insecure, allow, connections, connections_per_address, header_size, body_size, "
       "message_size, queue_size, request_timeout, idle_timeout"},
      {"LOCKSTEP_SERVE__KEYS", "[]", "LOCKSTEP_SERVE__KEYS" + none},
      {"LOCKSTEP_SERVE__KEYS__0__ID", "b", "LOCKSTEP_SERVE__KEYS__0__ID" + none},
      {"LOCKSTEP_SERVE__DATA__X", "b", "LOCKSTEP_SERVE__DATA__X" + none},
      {"LOCKSTEP_SERVE__", "b", "LOCKSTEP_SERVE__" + none},
      {"LOCKSTEP_SERVE__SERVER__", "b", "LOCKSTEP_SERVE__SERVER__" + none},
      {"LOCKSTEP_SERVE__NAME", "", "LOCKSTEP_SERVE__NAME: name must be a text, not an empty one"},
  };
  for (const auto& c : cases) EXPECT_EQ(fault_of(text, {{c.name, c.value}}), c.fault);
}

TEST(Config, AFileThatIsNotThere) {
  const Result<ServeConfig, Fault> config = read_config("/nonexistent/serve.toml", {});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, FaultKind::not_found);
  EXPECT_NE(config.error().what.find("/nonexistent/serve.toml"), std::string::npos);
}

}  // namespace
}  // namespace lockstep::config
