#include "tests/support/open_port.h"

#include <random>

#include <fmt/format.h>

namespace tbx::test {

OpenPort::OpenPort(int port) {
  using boost::asio::ip::tcp;
  std::random_device random;
  boost::system::error_code taken;
  do {  // all of 127/8 is this machine
    address_ = fmt::format("127.{}.{}.{}", 90 + random() % 100, random() % 256, 1 + random() % 254);
    acceptor_ = tcp::acceptor(context_, tcp::v4());
    acceptor_.bind({boost::asio::ip::make_address(address_), static_cast<std::uint16_t>(port)}, taken);
  } while (taken);
  acceptor_.listen();
}

}  // namespace tbx::test
