// No header and no sign-in can hurt: each is answered, and none that was not signed is accepted.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/assert.h"
#include "node/access/testing_access.h"

using namespace lockstep;
using namespace lockstep::access;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Access access({}, {access::testing::hmac_key(), access::testing::ed25519_key()}, 0);
  const Call call{"GET", "/", "", true};
  for (const std::string_view scheme : {"", "Basic ", "Bearer ", "deri-hmac-sha256 ", "deri-ed25519 "}) {
    const std::string header = std::string(scheme) + std::string(text);
    const Result<api::Caller, api::Error> caller =
        access.by_header(header, call, "192.0.2.7", access::testing::now_us);
    LS_ASSERT(!caller || caller.value().by.empty());
  }
  Result<api::Params, std::string> params = api::Params::of_query(text);
  if (!params) return 0;
  const Result<Grant, api::Error> grant = access.auth(params.value(), "192.0.2.7", access::testing::now_us);
  LS_ASSERT(!grant && !grant.error().message.empty());
  return 0;
}
