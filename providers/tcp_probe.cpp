#include "providers/tcp_probe.h"

#include <boost/asio.hpp>

#include <chrono>
#include <list>

namespace tbx {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct Attempt {
  explicit Attempt(asio::io_context& context) : socket(context) {}
  tcp::socket socket;
  PortAnswer answer = PortAnswer::silent;
};

}  // namespace

std::map<std::string, PortAnswer> probe_ports(const std::vector<std::string>& addresses, int port, double seconds) {
  asio::io_context context;
  std::map<std::string, PortAnswer> answers;
  std::list<std::pair<std::string, Attempt>> attempts;
  for (const std::string& address : addresses) {
    boost::system::error_code bad;
    auto parsed = asio::ip::make_address(address, bad);
    answers[address] = PortAnswer::silent;
    if (bad) {
      continue;
    }
    Attempt& attempt =
        attempts.emplace_back(std::piecewise_construct, std::forward_as_tuple(address), std::forward_as_tuple(context))
            .second;
    attempt.socket.async_connect(
        {parsed, static_cast<std::uint16_t>(port)}, [&attempt](boost::system::error_code error) {
          bool was_given_up = error == asio::error::operation_aborted || error == asio::error::timed_out;
          attempt.answer = !error ? PortAnswer::open : was_given_up ? PortAnswer::silent : PortAnswer::closed;
        });
  }
  context.run_for(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::duration<double>(seconds)));
  for (const auto& [address, attempt] : attempts) {
    answers[address] = attempt.answer;
  }
  return answers;
}

}  // namespace tbx
