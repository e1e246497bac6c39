// Secrets in values and patches never leave tbx, and what only speaks of them stays readable.
#include "specs/mask.h"

#include <gtest/gtest.h>

#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

TEST(Mask, KnowsSecretsByTheirKeys) {
  for (const char* key : {"password",       "adminPassword",
                          "ADMIN_PASSWORD", "db-passwd",
                          "apiKey",         "API_KEY",
                          "privateKey",     "secret",
                          "clientSecret",   "token",
                          "bootstrapToken", "credentials",
                          "passphrase",     "secretboxEncryptionSecret",
                          "secretKey",      "accessKey",
                          "slack_api_url",  "webhookUrl",
                          "passwordBase64", "token2",
                          "passwordHash"}) {
    EXPECT_TRUE(is_secret_key(key)) << key;
  }
}

TEST(Mask, KnowsWhatOnlySpeaksOfSecrets) {
  for (const char* key :
       {"existingSecret", "secretName", "tokenTTL", "passwordFile", "secretRef", "imagePullSecrets", "key",
        "automountServiceAccountToken", "useToken", "keys", "passwordLength", "url", "compass", "tokenizer"}) {
    EXPECT_FALSE(is_secret_key(key)) << key;
  }
}

TEST(Mask, ShowsNewWithoutAKeyAndAFingerprintWithOne) {
  const FingerprintKey key = fingerprint_key_from("cluster secret");
  EXPECT_EQ(mask_secrets(R"j({"password":"hunter2","user":"me"})j", nullptr), R"j({"password":"(new)","user":"me"})j");
  const std::string masked_text = mask_secrets(R"j({"password":"hunter2"})j", &key);
  EXPECT_EQ(masked_text.size(), std::string(R"j({"password":"secret:0123456789ab"})j").size());
  EXPECT_EQ(masked_text, mask_secrets(R"j({"password":"hunter2"})j", &key));
  EXPECT_NE(masked_text, mask_secrets(R"j({"password":"hunter3"})j", &key));
  const FingerprintKey other = fingerprint_key_from("another secret");
  EXPECT_NE(masked_text, mask_secrets(R"j({"password":"hunter2"})j", &other));
}

TEST(Mask, FindsSecretsWhereverTheyHide) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"j({"a":[{"token":1234}]})j", R"j({"a":[{"token":"(new)"}]})j"},
      {R"j({"tokens":["a","b"]})j", R"j({"tokens":["(new)","(new)"]})j"},
      {R"j({"secrets":{"db":"x","name":"y"}})j", R"j({"secrets":{"db":"(new)","name":"y"}})j"},
      {R"j({"env":[{"name":"DB_PASSWORD","value":"x"}]})j", R"j({"env":[{"name":"DB_PASSWORD","value":"(new)"}]})j"},
      {R"j({"kind":"Secret","stringData":{"a":"b"}})j", R"j({"kind":"Secret","stringData":{"a":"(new)"}})j"},
      {R"j({"ca":{"crt":"c","key":"k"}})j", R"j({"ca":{"crt":"c","key":"(new)"}})j"},
      {R"j({"x":"LS0tLS1CRUdJTiBQUklWQVRF"})j", R"j({"x":"(new)"})j"},
      {R"j({"proxy":"http://me:pw@host:80/"})j", R"j({"proxy":"(new)"})j"},
      {R"j({"repo":"https://host/a@b:c"})j", R"j({"repo":"https://host/a@b:c"})j"},
      {R"j({"password":""})j", R"j({"password":""})j"},
      {R"j({"secret":{"enabled":true}})j", R"j({"secret":{"enabled":true}})j"},
      {R"j({"tolerations":[{"key":"node-role"}]})j", R"j({"tolerations":[{"key":"node-role"}]})j"},
      {"no json", "\"(new)\""},
  };
  for (const auto& [plain, hidden] : cases) EXPECT_EQ(mask_secrets(plain, nullptr), hidden);
}

TEST(Mask, TakesTheSecretsOutOfASpec) {
  const ClusterSpec spec = spec_of(load_keys("addons: [monitoring]\npatches: [{machine: {token: abc}}]"));
  const ClusterSpec hidden = masked(spec, nullptr);
  EXPECT_NE(hidden.addons[0].values.find("\"adminPassword\":\"(new)\""), std::string::npos);
  EXPECT_NE(hidden.addons[0].values.find("\"adminUser\":\"admin\""), std::string::npos);
  EXPECT_EQ(hidden.nodes[0].patches[0], R"j({"machine":{"token":"(new)"}})j");
}

}  // namespace
}  // namespace tbx::test
