// Runs the built program as a user would, and sees what a user sees: exit code, standard output, standard
// error.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace lockstep::e2e {

struct Ran {
  int code = -1;  // exit code; 128 + signal if one ended it
  std::string out;
  std::string err;
};

// From the root of the repository, so that relative paths are those of the documents.
// build: "", or "_next" or "_wrong" (tests/drill).
Ran run(const std::vector<std::string>& arguments, const std::string& build = "");

// The same, killed (SIGKILL) as soon as `path` holds at least `size` bytes in files; false: it ended before
// that.
bool run_and_kill(const std::vector<std::string>& arguments, const std::string& path, std::size_t size);

// A program that runs beside the test until it ends, or is killed at the latest at the end.
class Background {
 public:
  // What it prints goes to `said`.
  Background(const std::vector<std::string>& arguments, std::string said, const std::string& build = "");
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  void signal(int number) const;
  // Waits for its end, at most so long: the exit code, or -1 if it still runs.
  int wait(int milliseconds);
  std::string said() const;

 private:
  pid_t pid_;
  std::string said_;
  int code_ = -1;
};

// Its own folder below the system's temporary folder, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }
  // Writes a file there and returns its path.
  std::string write(const std::string& name, const std::string& content) const;

 private:
  std::string path_;
};

std::string read_file(const std::string& path);
std::string last_line(const std::string& text);

// Compares with tests/e2e/golden/<name>, or writes it if LOCKSTEP_REWRITE is set.
void expect_golden(const std::string& name, const std::string& text);

}  // namespace lockstep::e2e
