// Which binary runs: named in a replica's claims and in the service's metrics, so that an operator sees who
// runs what.
#pragma once

#include "core/base/int.h"
#include "node/io/disk.h"

namespace lockstep {

// The first 16 bytes of the SHA-256 of this executable; 0 if it cannot be read.
u128 build_of(Disk& disk);

}  // namespace lockstep
