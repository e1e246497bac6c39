// A web server for tests, which misbehaves as it is told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tbx::test {

enum class Then { close, hang, repeat_for_ever };

struct HttpReply {
  std::string text;  ///< as it goes over the wire
  Then then = Then::close;
};

/// "HTTP/1.1 302 Whatever", with an empty body.
HttpReply http_status(int status);

/// Listens on 127.0.0.1 until it is destroyed.
class HttpServer {
 public:
  /// `reply` is asked with the head of each request, by a thread of the server's own.
  explicit HttpServer(std::function<HttpReply(const std::string& head)> reply);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  std::vector<std::string> heads() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// A port of 127.0.0.1 where nobody listens.
int closed_port();

}  // namespace tbx::test
