// Drives one fuzz target without libFuzzer, so that every test run, under every compiler, replays what
// fuzzing has found: each file of the corpus folder as it is, then seeded mutations of those files and of
// random bytes.
//
//   x_fuzz_replay CORPUS_FOLDER     (the folder may be absent)
//
// A target fails by stopping the process; the input that did it is the last line of the output.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/base/int.h"
#include "core/base/prng.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace lockstep;
using Input = std::vector<u8>;

constexpr u64 rounds = 20000;
constexpr u64 size_max = 512;  // of random inputs; a mutated corpus file keeps its size or grows a little

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Input read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return Input(std::istreambuf_iterator<char>(file), {});
}

Input random_input(Prng& prng) {
  Input input(prng.below(size_max));
  for (u8& byte : input) byte = static_cast<u8>(prng.next());
  return input;
}

// Overwrite, cut, repeat or drop a few bytes: enough to walk off the paths that valid inputs take.
void mutate(Input& input, Prng& prng) {
  for (u64 left = 1 + prng.below(8); left > 0 && !input.empty(); --left) {
    const auto at = static_cast<std::ptrdiff_t>(prng.below(input.size()));
    switch (prng.below(5)) {
      case 0: input[static_cast<std::size_t>(at)] = static_cast<u8>(prng.next()); break;
      case 1: input[static_cast<std::size_t>(at)] ^= static_cast<u8>(1u << prng.below(8)); break;
      case 2: input.resize(static_cast<std::size_t>(at)); break;
      case 3: input.insert(input.begin() + at, input[prng.below(input.size())]); break;
      default: input.erase(input.begin() + at); break;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<Input> corpus;
  for (const std::string& path : files_of(argc > 1 ? argv[1] : "")) {
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
    corpus.push_back(read(path));
    LLVMFuzzerTestOneInput(corpus.back().data(), corpus.back().size());
  }
  LLVMFuzzerTestOneInput(nullptr, 0);
  for (u64 seed = 0; seed < rounds; ++seed) {
    if (seed % 100 == 0) {
      std::printf("seeds from %llu\n", static_cast<unsigned long long>(seed));
      std::fflush(stdout);
    }
    Prng prng(seed);
    Input input =
        corpus.empty() || prng.chance(1, 4) ? random_input(prng) : corpus[prng.below(corpus.size())];
    mutate(input, prng);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  return 0;
}
