#include "tests/support/http_server.h"

#include <boost/asio.hpp>

#include <mutex>
#include <thread>

#include <fmt/format.h>

namespace tbx::test {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

const tcp::endpoint any_port(asio::ip::address_v4::loopback(), 0);

}  // namespace

struct HttpServer::Inside {
  std::function<HttpReply(const std::string&)> reply;
  asio::io_context context;
  tcp::acceptor acceptor{context, any_port};
  mutable std::mutex mutex;
  std::vector<std::string> heads;
  std::jthread thread;

  asio::awaitable<void> serve(tcp::socket socket) {
    std::string head;
    co_await asio::async_read_until(socket, asio::dynamic_buffer(head), "\r\n\r\n", asio::use_awaitable);
    {
      std::lock_guard lock(mutex);
      heads.push_back(head);
    }
    HttpReply answer = reply(head);
    do {
      co_await asio::async_write(socket, asio::buffer(answer.text), asio::use_awaitable);
    } while (answer.then == Then::repeat_for_ever);
    if (answer.then == Then::hang) {
      asio::steady_timer never(context, asio::steady_timer::time_point::max());
      co_await never.async_wait(asio::use_awaitable);
    }
  }

  asio::awaitable<void> accept() {
    while (true) {
      tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
      // A client that goes away ends its own connection only.
      asio::co_spawn(context, serve(std::move(socket)), [](const std::exception_ptr&) {});
    }
  }
};

HttpServer::HttpServer(std::function<HttpReply(const std::string& head)> reply) : inside_(std::make_unique<Inside>()) {
  inside_->reply = std::move(reply);
  asio::co_spawn(inside_->context, inside_->accept(), asio::detached);
  inside_->thread = std::jthread([inside = inside_.get()] { inside->context.run(); });
}

HttpServer::~HttpServer() {
  inside_->context.stop();
  inside_->thread.join();
}

int HttpServer::port() const { return inside_->acceptor.local_endpoint().port(); }

std::vector<std::string> HttpServer::heads() const {
  std::lock_guard lock(inside_->mutex);
  return inside_->heads;
}

HttpReply http_status(int status) {
  return {fmt::format("HTTP/1.1 {} Whatever\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status)};
}

int closed_port() {
  asio::io_context context;
  return tcp::acceptor(context, any_port).local_endpoint().port();
}

}  // namespace tbx::test
