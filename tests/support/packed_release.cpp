#include "tests/support/packed_release.h"

#include <sodium.h>
#include <zlib.h>

#include <fmt/format.h>

namespace tbx::test {

namespace {

std::string base64(const std::string& bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();
  return text;
}

}  // namespace

std::string gzipped(const std::string& text) {
  z_stream stream{};
  constexpr int as_gzip = 16;
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + as_gzip, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

nlohmann::json release_secret(const PackedRelease& release) {
  const nlohmann::json record{{"name", release.name},
                              {"namespace", release.namespace_name},
                              {"version", release.revision},
                              {"info", {{"status", release.status}, {"last_deployed", release.last_deployed}}},
                              {"chart", {{"metadata", {{"name", release.chart}, {"version", release.version}}}}},
                              {"config", release.values},
                              {"manifest", release.manifest}};
  nlohmann::json labels{{"owner", "helm"},
                        {"name", release.name},
                        {"status", release.status},
                        {"version", std::to_string(release.revision)}};
  if (!release.cluster_id.empty()) {
    labels["tbx/cluster"] = release.cluster_id;
  }
  if (!release.chart_digest.empty()) {
    labels["tbx/chart"] = release.chart_digest;
  }
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata",
           {{"name", fmt::format("sh.helm.release.v1.{}.v{}", release.name, release.revision)},
            {"namespace", release.namespace_name},
            {"labels", labels}}},
          {"data", {{"release", base64(base64(gzipped(record.dump())))}}}};
}

std::string list_text(const nlohmann::json& items) {
  return nlohmann::json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", items}}.dump();
}

}  // namespace tbx::test
