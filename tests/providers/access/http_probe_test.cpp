// The probe against a real server on the loopback device, well-behaved and not.
#include "providers/access/http_probe.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/support/http_server.h"

namespace tbx {
namespace {

using test::HttpReply;
using test::HttpServer;
using test::Then;

HttpQuestion question(int port, const std::string& path = "/") {
  return {"127.0.0.1", port, "grafana.lab.local", path};
}

HttpAnswer answer_to(const HttpReply& reply, double seconds = 5) {
  HttpServer server([&](const std::string&) { return reply; });
  return probe_http({question(server.port())}, seconds).front();
}

double seconds_of(const std::function<void()>& work) {
  auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

TEST(HttpProbe, AsksForThePathUnderTheName) {
  HttpServer server([](const std::string&) { return test::http_status(200); });
  EXPECT_EQ(probe_http({question(server.port(), "/dashboard/")}, 5).front(), (HttpAnswer{true, "HTTP 200"}));
  EXPECT_EQ(server.heads(), std::vector<std::string>{"GET /dashboard/ HTTP/1.1\r\nHost: grafana.lab.local\r\n"
                                                     "User-Agent: tbx\r\nAccept: */*\r\nConnection: close\r\n\r\n"});
}

TEST(HttpProbe, TakesEveryStatusButNotFoundAndServerErrorsForAnAnswer) {
  for (int status : {200, 204, 301, 302, 308, 401, 403, 405}) {
    EXPECT_EQ(answer_to(test::http_status(status)), (HttpAnswer{true, "HTTP " + std::to_string(status)}));
  }
  for (int status : {404, 500, 502, 503, 504}) {
    EXPECT_EQ(answer_to(test::http_status(status)), (HttpAnswer{false, "HTTP " + std::to_string(status)}));
  }
}

TEST(HttpProbe, WaitsForWhatFollowsAnEarlyHint) {
  EXPECT_EQ(answer_to({"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + test::http_status(503).text}).detail,
            "HTTP 503");
}

TEST(HttpProbe, NeedsNoBodyAndNoEndOfOne) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_TRUE(answer_to({head, Then::hang}).answers);
  EXPECT_TRUE(answer_to({"HTTP/1.0 200 OK\r\n\r\n" + std::string(100'000, 'x'), Then::repeat_for_ever}).answers);
}

TEST(HttpProbe, SaysThatNobodyListens) {
  EXPECT_EQ(probe_http({question(test::closed_port())}, 5).front(), (HttpAnswer{false, "connection refused"}));
}

TEST(HttpProbe, SaysThatItWasHungUpOn) {
  EXPECT_EQ(answer_to({""}), (HttpAnswer{false, "connection closed without an answer"}));
  EXPECT_EQ(answer_to({"HTTP/1.1 20"}), (HttpAnswer{false, "connection closed without an answer"}));
}

TEST(HttpProbe, SaysThatSomethingElseAnswers) {
  for (const char* garbage : {"SSH-2.0-OpenSSH_9.2\r\n", "\x16\x03\x01\x02\r\n\r\n", "HTTP/1.1 banana\r\n\r\n"}) {
    HttpAnswer answer = answer_to({garbage});
    EXPECT_FALSE(answer.answers);
    EXPECT_TRUE(answer.detail.starts_with("it does not speak HTTP: ")) << answer.detail;
  }
}

TEST(HttpProbe, GivesUpOnAServerThatNeverAnswers) {
  EXPECT_LT(seconds_of([] {
              EXPECT_EQ(answer_to({"HTTP/1.1 ", Then::hang}, 0.3), (HttpAnswer{false, "no answer within 0.3 s"}));
            }),
            5);
}

TEST(HttpProbe, GivesUpOnAHeadWithoutEnd) {
  HttpAnswer answer = answer_to({"HTTP/1.1 200 OK\r\nX: " + std::string(5'000'000, 'x'), Then::hang});
  EXPECT_FALSE(answer.answers);
  EXPECT_TRUE(answer.detail.starts_with("it does not speak HTTP: ")) << answer.detail;
  EXPECT_EQ(answer_to({"HTTP/1.1 103 Early Hints\r\n\r\n", Then::repeat_for_ever}, 0.3).detail,
            "no answer within 0.3 s");
}

TEST(HttpProbe, TakesOnlyAnAddress) {
  EXPECT_EQ(probe_http({{"localhost", 80, "a", "/"}}, 5).front(), (HttpAnswer{false, "\"localhost\" is no address"}));
}

TEST(HttpProbe, AsksSeveralAtOnceAndKeepsTheirOrder) {
  HttpServer server([](const std::string& head) {
    return head.starts_with("GET /1") ? HttpReply{"", Then::hang} : test::http_status(200);
  });
  std::vector<HttpQuestion> questions;
  for (int i = 0; i < 40; ++i) {
    questions.push_back(question(server.port(), "/" + std::to_string(i)));
  }
  std::vector<HttpAnswer> answers;
  EXPECT_LT(seconds_of([&] { answers = probe_http(questions, 1); }), 5);
  ASSERT_EQ(answers.size(), 40U);
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(answers[static_cast<std::size_t>(i)].answers, i != 1 && i / 10 != 1) << i;
  }
}

TEST(HttpProbe, StopsWhenItIsToldTo) {
  HttpServer server([](const std::string&) { return HttpReply{"", Then::hang}; });
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop.request_stop();
  });
  EXPECT_LT(seconds_of([&] {
              EXPECT_EQ(probe_http({question(server.port())}, 60, stop.get_token()).front().detail, "stopped");
            }),
            10);
}

}  // namespace
}  // namespace tbx
