#include "providers/helm/helm_failure.h"

#include <gtest/gtest.h>

#include "tests/support/recorded.h"

namespace tbx {
namespace {

constexpr const char* values = R"({"password":"hunter2-hunter2","pin":{"token":42},"replicas":1})";

/// The same of Helm 4 and Helm 3.
std::vector<HelmFailure> recorded_failures(const std::string& name) {
  std::vector<HelmFailure> failures;
  for (const char* folder : {"helm-4.1.4/", "helm-3.21.4/"}) {
    const CommandOutput output = recorded_output(folder + name, 1);
    failures.push_back(classify_helm_failure(output.err, "upgrading the release w", SecretTexts(values)));
  }
  return failures;
}

struct Case {
  const char* recording;
  HelmTrouble trouble;
  ErrorKind kind;
};

TEST(HelmFailure, RecordedFailuresOfBothVersionsMeanTheSame) {
  for (const Case& each : {
           Case{"in-progress", HelmTrouble::locked, ErrorKind::busy},
           Case{"uninstall-absent", HelmTrouble::not_found, ErrorKind::rejected},
           Case{"not-ours", HelmTrouble::not_ours, ErrorKind::rejected},
           Case{"schema-violation", HelmTrouble::invalid_values, ErrorKind::rejected},
           Case{"template-fails", HelmTrouble::chart_fails, ErrorKind::rejected},
           Case{"kind-unknown", HelmTrouble::chart_fails, ErrorKind::rejected},
           Case{"chart-path-absent", HelmTrouble::chart_not_found, ErrorKind::rejected},
           Case{"repo-unreachable", HelmTrouble::chart_unreachable, ErrorKind::unreachable},
           Case{"registry-unreachable", HelmTrouble::chart_unreachable, ErrorKind::unreachable},
           Case{"hook-timeout", HelmTrouble::not_finished, ErrorKind::outcome_unknown},
           Case{"uninstall-kind-unknown", HelmTrouble::not_possible, ErrorKind::rejected},
           Case{"unreachable", HelmTrouble::of_kubernetes, ErrorKind::unreachable},
           Case{"invalid-object", HelmTrouble::of_kubernetes, ErrorKind::rejected},
       }) {
    for (const HelmFailure& failure : recorded_failures(each.recording)) {
      EXPECT_EQ(failure.trouble, each.trouble) << each.recording << ": " << failure.error.message;
      EXPECT_EQ(failure.error.kind, each.kind) << each.recording << ": " << failure.error.message;
    }
  }
}

TEST(HelmFailure, AViolationOfTheSchemaIsToldWithItsPointers) {
  for (const HelmFailure& failure : recorded_failures("schema-violation")) {
    EXPECT_NE(failure.error.message.find("at '/password': maxLength: got 31, want 24"), std::string::npos);
    EXPECT_NE(failure.error.message.find("at '/replicas': got string, want integer"), std::string::npos);
  }
}

TEST(HelmFailure, AnInvalidObjectIsToldInOneLine) {
  for (const HelmFailure& failure : recorded_failures("invalid-object")) {
    EXPECT_NE(failure.error.message.find("spec.ports[0].port: Invalid value: 99999"), std::string::npos)
        << failure.error.message;
    EXPECT_EQ(failure.error.message.find('\n'), std::string::npos);
  }
}

TEST(HelmFailure, SecretsOfTheValuesAreHiddenHoweverTheyArePrinted) {
  for (const HelmFailure& failure : recorded_failures("template-fails")) {
    EXPECT_NE(failure.error.message.find("the password (secret) is no good"), std::string::npos);
    EXPECT_EQ(failure.error.detail.find("hunter2"), std::string::npos);
  }
  const SecretTexts secrets(R"({"adminPassword":"a\"b\ncdefghij","token":"x1"})");
  EXPECT_EQ(secrets.hide(R"(got "a\"b\ncdefghij" here)"), "got \"(secret)\" here");
  EXPECT_EQ(secrets.hide("line cdefghij"), "line (secret)");
  EXPECT_EQ(secrets.hide("data: YSJiCmNkZWZnaGlq"), "data: (secret)");
  EXPECT_EQ(secrets.hide("x1 and max100 and x10"), "(secret) and max100 and x10");
}

TEST(HelmFailure, WhatTheApiLosesInTheMiddleMayBeHalfDone) {
  const HelmFailure failure = classify_helm_failure(
      "Error: UPGRADE FAILED: Get \"https://10.0.0.2:6443/api\": dial tcp 10.0.0.2:6443: connect: connection refused\n",
      "upgrading the release w", {});
  EXPECT_EQ(failure.error.kind, ErrorKind::outcome_unknown);
}

TEST(HelmFailure, SilenceIsToldAsSuch) {
  const HelmFailure failure = classify_helm_failure("", "upgrading the release w", {});
  EXPECT_EQ(failure.error, (Error{ErrorKind::rejected, "upgrading the release w: it failed without a word", ""}));
}

}  // namespace
}  // namespace tbx
