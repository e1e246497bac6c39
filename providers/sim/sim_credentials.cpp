#include "providers/sim/sim_credentials.h"

#include <sodium.h>

#include <fmt/format.h>

#include "providers/credentials.h"
#include "providers/private_file.h"

namespace tbx::sim {

namespace {

constexpr const char* comment = "# Of a simulated cluster, made by tbx --sim: it opens no real one.\n";

std::string base64(const std::string& bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    variant);
  text.resize(text.size() - 1);
  return text;
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string secret(std::size_t count) { return base64(random_bytes(count), sodium_base64_VARIANT_ORIGINAL); }

/// Like kubeadm's tokens: six letters, a dot, sixteen letters.
std::string token() {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  for (int i = 0; i < 22; ++i) {
    text += i == 6 ? "." : "";
    text += letters[randombytes_uniform(static_cast<std::uint32_t>(letters.size()))];
  }
  return text;
}

/// A PEM block, as Talos' files hold it: in base64 once more.
std::string pem(std::string_view kind) {
  return base64(fmt::format("-----BEGIN {0}-----\n{1}\n-----END {0}-----\n", kind, secret(48)),
                sodium_base64_VARIANT_ORIGINAL);
}

std::string pair(std::string_view name, std::string_view key_kind) {
  return fmt::format("    {}:\n        crt: {}\n        key: {}\n", name, pem("CERTIFICATE"), pem(key_kind));
}

bool has_randomness() { return sodium_init() >= 0; }

}  // namespace

Status write_secrets(const std::filesystem::path& folder) {
  auto path = credential_paths(folder).secrets;
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    return read_secrets(folder).map([](const ClusterSecrets&) {});
  }
  if (!has_randomness()) {
    return failure(ErrorKind::rejected, "this machine gives no random numbers");
  }
  std::string text = comment;
  text += fmt::format("cluster:\n    id: {}\n    secret: {}\n", base64(random_bytes(32), sodium_base64_VARIANT_URLSAFE),
                      secret(32));
  text += fmt::format("secrets:\n    bootstraptoken: {}\n    secretboxencryptionsecret: {}\n", token(), secret(32));
  text += fmt::format("trustdinfo:\n    token: {}\ncerts:\n", token());
  text += pair("etcd", "EC PRIVATE KEY") + pair("k8s", "EC PRIVATE KEY") + pair("k8saggregator", "EC PRIVATE KEY");
  text += fmt::format("    k8sserviceaccount:\n        key: {}\n", pem("RSA PRIVATE KEY"));
  text += pair("os", "ED25519 PRIVATE KEY");
  return write_private_file(path, text);
}

Status write_talosconfig(const std::filesystem::path& folder, const std::string& cluster,
                         const std::vector<std::string>& endpoints) {
  if (!has_randomness()) {
    return failure(ErrorKind::rejected, "this machine gives no random numbers");
  }
  std::string text = fmt::format("{}context: {}\ncontexts:\n    {}:\n        endpoints:", comment, cluster, cluster);
  text += endpoints.empty() ? " []\n" : "\n";
  for (const std::string& endpoint : endpoints) {
    text += fmt::format("            - {}\n", endpoint);
  }
  text += fmt::format("        ca: {}\n        crt: {}\n        key: {}\n", pem("CERTIFICATE"), pem("CERTIFICATE"),
                      pem("ED25519 PRIVATE KEY"));
  return write_private_file(credential_paths(folder).talosconfig, text);
}

Status write_kubeconfig(const std::filesystem::path& folder, const std::string& cluster, const std::string& address) {
  if (!has_randomness()) {
    return failure(ErrorKind::rejected, "this machine gives no random numbers");
  }
  std::string text = fmt::format(
      "{0}apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: {2}\n    server: https://{3}:6443\n"
      "  name: {1}\ncontexts:\n- context:\n    cluster: {1}\n    namespace: default\n    user: admin@{1}\n"
      "  name: admin@{1}\ncurrent-context: admin@{1}\nkind: Config\nusers:\n- name: admin@{1}\n  user:\n"
      "    client-certificate-data: {4}\n    client-key-data: {5}\n",
      comment, cluster, pem("CERTIFICATE"), address, pem("CERTIFICATE"), pem("EC PRIVATE KEY"));
  return write_private_file(credential_paths(folder).kubeconfig, text);
}

}  // namespace tbx::sim
