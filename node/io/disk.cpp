#include "node/io/disk.h"

namespace lockstep {

Result<Bytes, Fault> read_file(Disk& disk, const std::string& path, u64 size_max) {
  Result<std::unique_ptr<File>, Fault> file = disk.open(path, OpenMode::read);
  if (!file) return file.error();
  const Result<u64, Fault> size = file.value()->size();
  if (!size) return size.error();
  if (size.value() > size_max) {
    return Fault{"read " + path + ": has " + std::to_string(size.value()) + " bytes, at most " +
                     std::to_string(size_max) + " are expected",
                 FaultKind::corrupt};
  }
  Bytes content(size.value());
  const Result<std::size_t, Fault> got = file.value()->pread(0, content);
  if (!got) return got.error();
  content.resize(got.value());
  return content;
}

Result<Done, Fault> replace_file(Disk& disk, const std::string& folder, const std::string& name,
                                 std::span<const u8> content) {
  const std::string path = folder + "/" + name;
  const std::string temporary = path + ".tmp";
  {
    Result<std::unique_ptr<File>, Fault> file = disk.open(temporary, OpenMode::create);
    if (!file) return file.error();
    Result<Done, Fault> written = file.value()->pwrite(0, content);
    if (written) written = file.value()->sync();
    if (!written) {
      LS_MAYBE(disk.remove(temporary));  // the next writer empties it if this fails too
      return written;
    }
  }
  const Result<Done, Fault> renamed = disk.rename(temporary, path);
  if (!renamed) return renamed;
  return disk.sync_folder(folder);
}

}  // namespace lockstep
