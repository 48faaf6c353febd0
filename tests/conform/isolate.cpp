#include "tests/conform/isolate.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "tests/conform/conform.h"

namespace lockstep::conform {
namespace {

void write_all(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, bytes, size);
    if (written <= 0) ::_exit(1);
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

[[noreturn]] void serve(int file, std::size_t from, std::size_t count,
                        const std::function<std::string(std::size_t)>& work) {
  for (std::size_t i = from; i < count; ++i) {
    ::alarm(seconds_max);
    const std::string text = work(i);
    const u64 size = text.size();
    write_all(file, reinterpret_cast<const char*>(&size), sizeof size);
    write_all(file, text.data(), text.size());
  }
  ::_exit(0);
}

bool read_all(int file, char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(file, bytes, size);
    if (got <= 0) return false;
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

// What one child says until it ends.
void collect(int file, std::vector<Outcome>& outcomes) {
  u64 size = 0;
  while (read_all(file, reinterpret_cast<char*>(&size), sizeof size)) {
    std::string text(size, '\0');
    if (!read_all(file, text.data(), text.size())) return;
    outcomes.push_back({true, std::move(text)});
  }
}

}  // namespace

std::vector<Outcome> run_isolated(std::size_t count, const std::function<std::string(std::size_t)>& work) {
  std::vector<Outcome> outcomes;
  while (outcomes.size() < count) {
    int ends[2];
    if (::pipe(ends) != 0) throw VectorError{"no pipe: " + std::string(std::strerror(errno))};
    const pid_t child = ::fork();
    if (child < 0) throw VectorError{"no process: " + std::string(std::strerror(errno))};
    if (child == 0) {
      ::close(ends[0]);
      serve(ends[1], outcomes.size(), count, work);
    }
    ::close(ends[1]);
    collect(ends[0], outcomes);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (outcomes.size() == count) break;
    const bool late = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
    outcomes.push_back({false, late ? "takes more than " + std::to_string(seconds_max) + " s"
                                    : "stops the program; standard error says where"});
  }
  return outcomes;
}

}  // namespace lockstep::conform
