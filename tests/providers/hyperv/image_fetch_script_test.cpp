// The script that fetches boot images, in a real PowerShell engine, from a server that goes on, breaks off, refuses and
// lies.
#include <filesystem>

#include <fmt/format.h>

#include "specs/sha256.h"
#include "tests/support/http_server.h"
#include "tests/support/traced_scripts.h"

namespace tbx::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string iso_image() { return std::string(32'769, '\0') + "CD001" + std::string(50'000, 'x'); }

std::string reply(const std::string& status, const std::string& body, const std::string& headers = "") {
  return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}Connection: close\r\n\r\n{}", status, body.size(), headers,
                     body);
}

/// Of "Range: bytes=100-"; 0 where all is asked for.
std::size_t first_byte(const std::string& head) {
  const std::size_t place = head.find("bytes=");
  return place == std::string::npos ? 0 : std::stoul(head.substr(place + 6));
}

std::string image_reply(const std::string& head, const std::string& body) {
  const std::size_t first = first_byte(head);
  if (first == 0) return reply("200 OK", body);
  if (first >= body.size()) return reply("416 No", "", fmt::format("Content-Range: bytes */{}\r\n", body.size()));
  return reply("206 Partial Content", body.substr(first));
}

/// What sha256sum prints in a release of Talos.
std::string sums_of(const std::string& body) {
  return std::string(64, '0') + "  _out/metal-arm64.iso\n" + sha256_hex(body) + "  _out/metal-amd64.iso\n";
}

json from_server(const HttpServer& server, const std::string& file, const std::string& sums = "sums") {
  const std::string base = fmt::format("http://127.0.0.1:{}/", server.port());
  return {{"url", base + file}, {"sumsUrl", base + sums}, {"mustVerify", true},
          {"seconds", 10},      {"secondsToTheEnd", 20},  {"image", "new"}};
}

class ImageFetchScript : public TracedScripts {
 protected:
  void fetching();
  void fetching_what_is_wrong();
};

void ImageFetchScript::fetching() {
  const std::string body = iso_image();
  const HttpServer server([&](const std::string& head) {
    if (head.starts_with("GET /sums ")) return HttpReply{reply("200 OK", sums_of(body))};
    if (head.starts_with("GET /whole/")) return HttpReply{reply("200 OK", body)};
    return HttpReply{image_reply(head, body)};
  });
  const json whole{{"done", true}, {"bytes", body.size()}, {"total", body.size()}};
  const auto fetched = [&](const std::string& file, json changed = {}) {
    json arguments = from_server(server, file);
    if (changed.is_object()) arguments.update(changed);
    return ask("image-fetch", arguments);
  };
  const fs::path image = host().drive() / "iso/new.iso";
  EXPECT_EQ(fetched("metal-amd64.iso"), whole);
  EXPECT_EQ(read(image.string()), body);
  EXPECT_EQ(fetched("nothing"), whole) << "what is there is not fetched again";
  fs::remove(image);
  put("C/iso/new.iso.part", body.substr(0, 40'000));
  EXPECT_EQ(fetched("metal-amd64.iso"), whole) << "it goes on";
  EXPECT_EQ(read(image.string()), body);
  fs::remove(image);
  put("C/iso/new.iso.part", body.substr(0, 40'000));
  EXPECT_EQ(fetched("whole/metal-amd64.iso"), whole) << "a server that can't go on in the middle";
  fs::remove(image);
  put("C/iso/new.iso.part", body);
  EXPECT_EQ(fetched("metal-amd64.iso"), whole) << "nothing was left to fetch";
  fs::remove(image);
  put("C/iso/new.iso.part", body + body);
  EXPECT_EQ(fetched("metal-amd64.iso").at("done"), false) << "what is too long is thrown away";
  EXPECT_FALSE(is_there("C/iso/new.iso.part"));
  EXPECT_EQ(fetched("metal-amd64.iso", {{"seconds", 0}}).at("done"), false) << "its time is over";
  EXPECT_EQ(fetched("metal-amd64.iso"), whole);
  fs::remove(image);
}

void ImageFetchScript::fetching_what_is_wrong() {
  const std::string body = iso_image();
  const HttpServer server([&](const std::string& head) {
    if (head.starts_with("GET /sums ")) return HttpReply{reply("200 OK", sums_of("another"))};
    if (head.starts_with("GET /login")) return HttpReply{reply("200 OK", "<html>please log in</html>")};
    if (head.starts_with("GET /endless")) return HttpReply{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body};
    if (head.starts_with("GET /own")) return HttpReply{reply("200 OK", sha256_hex(body) + "  endless\n")};
    if (head.starts_with("GET /short")) return HttpReply{reply("200 OK", body).substr(0, 1000)};
    if (head.starts_with("GET /metal")) return HttpReply{image_reply(head, body)};
    return head.starts_with("GET /broken") ? http_status(503) : http_status(402);
  });
  expect_thrown("answers 402: look at talos.version", "image-fetch", from_server(server, "none"));
  expect_thrown("TBX_BUSY the boot image does not come", "image-fetch", from_server(server, "broken"));
  json nobody = from_server(server, "none");
  nobody["url"] = fmt::format("http://127.0.0.1:{}/", closed_port());
  expect_thrown("TBX_BUSY the boot image does not come", "image-fetch", nobody);
  expect_thrown("TBX_BUSY the boot image breaks off at 9", "image-fetch", from_server(server, "short"));
  fs::remove(host().drive() / "iso/new.iso.part");
  expect_thrown("TBX_BUSY the checksums of the boot image break off", "image-fetch",
                from_server(server, "metal-amd64.iso", "short"));
  fs::remove(host().drive() / "iso/new.iso.part");
  EXPECT_EQ(ask("image-fetch", from_server(server, "endless", "own")).at("done"), true)
      << "in pieces of no told length";
  fs::remove(host().drive() / "iso/new.iso");
  expect_thrown("gives is no ISO image", "image-fetch", from_server(server, "login"));
  expect_thrown("was damaged or changed on its way", "image-fetch", from_server(server, "metal-amd64.iso"));
  expect_thrown("has no checksum of metal-x.iso", "image-fetch", from_server(server, "metal-x.iso"));
  expect_thrown("answers 402", "image-fetch", from_server(server, "metal-amd64.iso", "no-sums"));
  EXPECT_FALSE(is_there("C/iso/new.iso")) << "nothing of all that is taken for an image";
  json unpublished = from_server(server, "metal-amd64.iso", "no-sums");
  unpublished["mustVerify"] = false;
  EXPECT_EQ(ask("image-fetch", unpublished).at("done"), true) << "where no checksums are published";
}

TEST_F(ImageFetchScript, GoesItsWaysAndAllItsErrorsAndNoLineIsLeftOut) {
  fetching();
  fetching_what_is_wrong();
  EXPECT_GT(expect_executed(95, {"image-fetch"}), 60U);
}

}  // namespace
}  // namespace tbx::test
