// A machine's address on which a port is open.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

namespace tbx::test {

/// Listens on a port of an address that nobody else has, in this process or another, until it is destroyed.
class OpenPort {
 public:
  explicit OpenPort(int port);

  /// "127.133.7.42"
  const std::string& address() const { return address_; }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_};
  std::string address_;
};

}  // namespace tbx::test
