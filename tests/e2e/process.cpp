#include "tests/e2e/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lockstep::e2e {
namespace {

namespace fs = std::filesystem;

pid_t start(const std::vector<std::string>& arguments, const std::string& out, const std::string& err,
            const std::string& build = "") {
  const std::string program = LOCKSTEP_BINARY + build;
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is killed leaves nothing behind
  std::vector<char*> words{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const auto redirect = [](const std::string& path, int number) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(file, number);
  };
  redirect(out, STDOUT_FILENO);
  redirect(err, STDERR_FILENO);
  if (::chdir(LOCKSTEP_SOURCE_DIR) != 0) ::_exit(126);
  ::execv(program.c_str(), words.data());
  ::_exit(127);
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

std::size_t size_below(const std::string& path) {
  std::size_t size = 0;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
    std::error_code gone;
    if (entry.is_regular_file(gone)) size += entry.file_size(gone);
  }
  return size;
}

}  // namespace

Ran run(const std::vector<std::string>& arguments, const std::string& build) {
  const Folder folder;
  int status = 0;
  ::waitpid(start(arguments, folder.path("out"), folder.path("err"), build), &status, 0);
  return {code_of(status), read_file(folder.path("out")), read_file(folder.path("err"))};
}

bool run_and_kill(const std::vector<std::string>& arguments, const std::string& path, std::size_t size) {
  const Folder folder;
  const pid_t child = start(arguments, folder.path("out"), folder.path("err"));
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (size_below(path) >= size) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return WIFSIGNALED(status);
    }
    ::usleep(500);
  }
  return false;
}

Background::Background(const std::vector<std::string>& arguments, std::string said, const std::string& build)
    : pid_(start(arguments, said, said, build)), said_(std::move(said)) {}

Background::~Background() {
  if (code_ >= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Background::signal(int number) const {
  if (code_ < 0) ::kill(pid_, number);
}

int Background::wait(int milliseconds) {
  for (int waited = 0; code_ < 0; waited += 5) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != 0) {
      code_ = code_of(status);
    } else if (waited >= milliseconds) {
      break;
    } else {
      ::usleep(5'000);
    }
  }
  return code_;
}

std::string Background::said() const { return read_file(said_); }

Folder::Folder() {
  std::string pattern = (fs::temp_directory_path() / "lockstep-e2e-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}
Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& content) const {
  std::ofstream(path(name), std::ios::binary) << content;
  return path(name);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1,
                     end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(LOCKSTEP_SOURCE_DIR) + "/tests/e2e/golden/" + name;
  if (std::getenv("LOCKSTEP_REWRITE") != nullptr) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(text, read_file(path)) << name << "; LOCKSTEP_REWRITE=1 writes it anew";
}

}  // namespace lockstep::e2e
