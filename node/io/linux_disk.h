// LinuxDisk: Disk on the real file system, by plain system calls.  Calls that a signal interrupts are
// repeated.
#pragma once

#include "node/io/disk.h"

namespace lockstep {

class LinuxDisk final : public Disk {
 public:
  Result<std::unique_ptr<File>, Fault> open(const std::string& path, OpenMode mode) override;
  Result<Done, Fault> rename(const std::string& from, const std::string& to) override;
  Result<Done, Fault> remove(const std::string& path) override;
  Result<std::vector<std::string>, Fault> list(const std::string& folder) override;
  Result<Done, Fault> make_folder(const std::string& folder) override;
  Result<Done, Fault> sync_folder(const std::string& folder) override;
  Result<std::unique_ptr<Lock>, Fault> lock(const std::string& path) override;
};

}  // namespace lockstep
