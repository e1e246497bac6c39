#include "tests/support/fake_talos_port.h"

#include <random>

#include <fmt/format.h>

#include "providers/talos/node_reach.h"

namespace tbx::test {

FakeTalosPort::FakeTalosPort() {
  std::random_device random;
  do {  // all of 127/8 is this machine
    address_ = fmt::format("127.{}.{}.{}", 90 + random() % 100, random() % 256, 1 + random() % 254);
  } while (!listens_on(address_));
}

bool FakeTalosPort::listens_on(const std::string& address) {
  using boost::asio::ip::tcp;
  boost::system::error_code taken;
  acceptor_ = tcp::acceptor(context_, tcp::v4());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.bind({boost::asio::ip::make_address(address), talos_port}, taken);
  if (!taken) {
    acceptor_.listen();
  }
  return !taken;
}

}  // namespace tbx::test
