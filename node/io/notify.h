// What a service tells the manager that started it (systemd, sd_notify(3)): a line of text to the datagram
// socket that $NOTIFY_SOCKET names.  Without one, nothing is told.  Not a call into libsystemd: the protocol
// is this one datagram, and stays so by systemd's promise of portability.
#pragma once

#include <string>

#include "core/base/int.h"

namespace lockstep {

class Notifier {
 public:
  Notifier();  // of this process: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID

  // Whether it was handed over; false without a manager, or if it does not listen.
  bool ready(const std::string& status) const;  // answers from now on
  bool stopping() const;
  bool status(const std::string& line) const;       // for `systemctl status`
  bool alive() const;                               // due within watchdog_us, or the service is killed
  i64 watchdog_us() const { return watchdog_us_; }  // 0: nobody watches

 private:
  bool send(const std::string& text) const;

  std::string socket_;
  i64 watchdog_us_ = 0;
};

}  // namespace lockstep
