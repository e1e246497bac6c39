#include "providers/access/http_probe.h"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <memory>
#include <optional>

#include <fmt/format.h>

namespace tbx {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

using Clock = std::chrono::steady_clock;

constexpr std::size_t at_once = 16;
constexpr std::uint32_t largest_head_bytes = 64 * 1024;

std::string describe_failure(const beast::error_code& error, double seconds) {
  if (error == beast::error::timeout || error == asio::error::timed_out) {
    return fmt::format("no answer within {:g} s", seconds);
  }
  if (error == asio::error::connection_refused) {
    return "connection refused";
  }
  if (error == asio::error::connection_reset || error == asio::error::broken_pipe) {
    return "connection reset";
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message || error == asio::error::eof) {
    return "connection closed without an answer";
  }
  if (error.category() == http::make_error_code(http::error::bad_version).category()) {
    return fmt::format("it does not speak HTTP: {}", error.message());
  }
  return error.message();
}

/// One question on its way. Its one deadline holds for all steps together.
class Probe : public std::enable_shared_from_this<Probe> {
  /// What comes after a step that succeeded.
  auto then(void (Probe::*next)()) {
    return [self = shared_from_this(), next](beast::error_code error, auto... /*size*/) {
      if (error) {
        self->answer_ = {false, describe_failure(error, self->seconds_)};
      } else {
        ((*self).*next)();
      }
    };
  }

 public:
  Probe(asio::io_context& context, const HttpQuestion& question, double seconds, HttpAnswer& answer,
        std::shared_ptr<void> lane)
      : question_(question), seconds_(seconds), answer_(answer), lane_(std::move(lane)), stream_(context) {}

  void start() {
    beast::error_code bad;
    auto address = asio::ip::make_address(question_.address, bad);
    if (bad) {
      answer_ = {false, fmt::format("\"{}\" is no address", question_.address)};
      return;
    }
    deadline_ += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds_));
    stream_.expires_at(deadline_);
    stream_.async_connect(asio::ip::tcp::endpoint(address, static_cast<std::uint16_t>(question_.port)),
                          then(&Probe::ask));
  }

 private:
  void ask() {
    request_.method(http::verb::get);
    request_.target(question_.path);
    request_.version(11);
    request_.set(http::field::host, question_.host);
    request_.set(http::field::user_agent, "tbx");
    request_.set(http::field::accept, "*/*");
    request_.set(http::field::connection, "close");
    http::async_write(stream_, request_, then(&Probe::read_head));
  }

  void read_head() {
    // The stream looks at its clock only while it has to wait, and some servers announce without end.
    if (Clock::now() >= deadline_) {
      answer_ = {false, describe_failure(beast::error::timeout, seconds_)};
      return;
    }
    parser_.emplace();
    parser_->header_limit(largest_head_bytes);
    http::async_read_header(stream_, buffer_, *parser_, then(&Probe::judge));
  }

  void judge() {
    int status = static_cast<int>(parser_->get().result_int());
    // 1xx announces the answer.
    if (status < 200) {
      return read_head();
    }
    answer_ = {is_answer_of_service(status), fmt::format("HTTP {}", status)};
  }

  const HttpQuestion& question_;
  double seconds_;
  Clock::time_point deadline_ = Clock::now();
  HttpAnswer& answer_;
  std::shared_ptr<void> lane_;  ///< let go of when this is over
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{largest_head_bytes};
  http::request<http::empty_body> request_;
  std::optional<http::response_parser<http::empty_body>> parser_;
};

/// Starts the next question whenever one is over.
class Prober {
 public:
  Prober(const std::vector<HttpQuestion>& questions, double seconds)
      : questions_(questions), seconds_(seconds), answers_(questions.size(), {false, "stopped"}) {}

  std::vector<HttpAnswer> run(const std::stop_token& stop) {
    std::stop_callback stops(stop, [this] { context_.stop(); });
    for (std::size_t i = 0; i < at_once; ++i) {
      start_next();
    }
    context_.run();
    is_over_ = true;
    return std::move(answers_);
  }

 private:
  void start_next() {
    if (is_over_ || next_ == questions_.size()) {
      return;
    }
    std::size_t i = next_++;
    std::shared_ptr<void> lane(nullptr, [this](void*) { start_next(); });
    std::make_shared<Probe>(context_, questions_[i], seconds_, answers_[i], std::move(lane))->start();
  }

  const std::vector<HttpQuestion>& questions_;
  double seconds_;
  std::vector<HttpAnswer> answers_;
  std::size_t next_ = 0;
  bool is_over_ = false;
  asio::io_context context_;
};

}  // namespace

bool is_answer_of_service(int http_status) { return http_status >= 200 && http_status < 500 && http_status != 404; }

std::vector<HttpAnswer> probe_http(const std::vector<HttpQuestion>& questions, double seconds, std::stop_token stop) {
  return Prober(questions, seconds).run(stop);
}

}  // namespace tbx
