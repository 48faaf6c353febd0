#include "node/service/methods.h"

#include <iterator>

#include "node/rest/log_method.h"
#include "node/rest/methods.h"

namespace lockstep::service {

std::vector<api::Method> methods(view::Desk& desk, bool market_moves, const deribit::KeepLabel& keep_label) {
  std::vector<api::Method> all = view::methods(desk);
  const auto add = [&all](std::vector<api::Method> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  add(deribit::methods(keep_label));
  add(rest::command_methods(market_moves));
  add({rest::log_method()});
  return all;
}

std::vector<api::Method> connection_methods() {
  constexpr auto open = api::Scope::open;
  constexpr auto read = api::Scope::read;
  return {
      {"public/auth", open, "Signs in, and with a refresh token again; a WebSocket is bound to it.", nullptr},
      {"public/subscribe", open, "WebSocket: public channels.", nullptr},
      {"public/unsubscribe", open, "WebSocket: ends channels.", nullptr},
      {"public/unsubscribe_all", open, "WebSocket: ends all channels.", nullptr},
      {"public/set_heartbeat", open, "WebSocket: asks whether the client is there, every so many seconds.",
       nullptr},
      {"public/disable_heartbeat", open, "WebSocket: asks no more.", nullptr},
      {"private/subscribe", read, "WebSocket: channels, one's own too.", nullptr},
      {"private/unsubscribe", open, "WebSocket: ends channels.", nullptr},
      {"private/unsubscribe_all", open, "WebSocket: ends all channels.", nullptr},
      {"private/logout", open, "WebSocket: revokes its token, and closes it.", nullptr},
  };
}

}  // namespace lockstep::service
