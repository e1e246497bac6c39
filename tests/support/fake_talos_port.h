// A machine's address on which the port of the Talos API is open.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

namespace tbx::test {

/// Listens on port 50000 of an address that nobody else has, in this process or another, until it is destroyed.
class FakeTalosPort {
 public:
  FakeTalosPort();

  /// "127.133.7.42"
  const std::string& address() const { return address_; }

 private:
  bool listens_on(const std::string& address);

  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_};
  std::string address_;
};

}  // namespace tbx::test
