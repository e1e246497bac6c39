// What talosctl 1.12.6 prints when something goes wrong: what it means, and that no secret gets through.
#include "providers/talos/failure.h"

#include <gtest/gtest.h>

#include <ostream>

#include "providers/redact.h"
#include "tests/support/recorded.h"

namespace tbx {

std::ostream& operator<<(std::ostream& out, TalosTrouble trouble) {
  return out << "trouble " << static_cast<int>(trouble);
}

namespace {

TalosFailure classify(const std::string& name) { return classify_failure(talosctl_output(name + ".err"), "talosctl"); }

struct Case {
  const char* name;
  TalosTrouble trouble;
  ErrorKind kind;
};

const std::vector<Case> cases{
    {"errors/refused-get", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"errors/refused-reboot-wait", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"errors/dropped-get", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"errors/silent-get", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"errors/bad-endpoint-name", TalosTrouble::unreachable, ErrorKind::unreachable},
    {"errors/closed-get", TalosTrouble::handshake_broken, ErrorKind::unreachable},
    {"errors/not-tls-get", TalosTrouble::not_talos, ErrorKind::malformed_answer},
    {"emulator/configured-insecure", TalosTrouble::certificate_required, ErrorKind::rejected},
    {"emulator/maintenance-talosconfig-rejected", TalosTrouble::unknown_authority, ErrorKind::rejected},
    {"emulator/maintenance-machineconfig-denied", TalosTrouble::not_authorized, ErrorKind::rejected},
    {"emulator/worker-cannot-forward", TalosTrouble::not_authorized, ErrorKind::rejected},
    {"emulator/maintenance-version", TalosTrouble::not_implemented, ErrorKind::rejected},
    {"emulator/etcd-members-worker", TalosTrouble::not_implemented, ErrorKind::rejected},
    {"emulator/etcd-members-before-bootstrap", TalosTrouble::not_yet, ErrorKind::unreachable},
    {"emulator/bootstrap-again", TalosTrouble::already_exists, ErrorKind::rejected},
    {"emulator/bootstrap-on-worker", TalosTrouble::not_possible, ErrorKind::rejected},
    {"emulator/unknown-id", TalosTrouble::not_found, ErrorKind::rejected},
    {"emulator/health-wrong-members", TalosTrouble::lost, ErrorKind::outcome_unknown},
    {"errors/unknown-command", TalosTrouble::usage, ErrorKind::rejected},
    {"errors/gen-secrets-exists", TalosTrouble::other, ErrorKind::rejected},
};

TEST(TalosFailures, AreToldApart) {
  for (const Case& each : cases) {
    TalosFailure failure = classify(each.name);
    EXPECT_EQ(failure.trouble, each.trouble) << each.name;
    EXPECT_EQ(failure.error.kind, each.kind) << each.name;
    EXPECT_EQ(failure.error.message.find('\n'), std::string::npos) << failure.error.message;
    EXPECT_EQ(failure.error.message.find("desc ="), std::string::npos) << failure.error.message;
  }
}

TEST(TalosFailures, OfABootstrapThatCameTooEarlyMayBeRetried) {
  for (const char* why : {"bootstrap is not available yet", "time is not in sync yet"}) {
    const std::string text = std::string(
                                 "error executing bootstrap: 1 error occurred:\n\t* 10.0.0.2: rpc error: code = "
                                 "FailedPrecondition desc = ") +
                             why + "\n\n";
    EXPECT_TRUE(is_retryable(classify_failure(text, "talosctl bootstrap").error.kind)) << why;
  }
}

TEST(TalosFailures, SayWhatHappenedInOneSentence) {
  EXPECT_EQ(classify("errors/refused-get").error.message,
            "talosctl: Error while dialing: dial tcp 127.0.0.9:50000: connect: connection refused");
  EXPECT_EQ(classify("emulator/bootstrap-again").error.message,
            "talosctl: 127.0.88.11: etcd data directory is not empty");
  EXPECT_EQ(classify("errors/validate-no-endpoint").error.message,
            "talosctl: cluster controlplane endpoint is required");
  EXPECT_EQ(classify("emulator/ls-etcd-absent").error.message,
            "talosctl: lstat /var/lib/etcd/member: no such file or directory");
  EXPECT_EQ(classify("errors/validate-no-mode").error.message, "talosctl: required flag(s) \"mode\" not set");
  EXPECT_EQ(classify_failure("", "talosctl").error.message, "talosctl: it failed without a word");
}

TEST(TalosFailures, NameTheNodeWhereTalosctlDoes) {
  EXPECT_EQ(classify("emulator/bootstrap-again").node, "127.0.88.11");
  EXPECT_EQ(classify("emulator/maintenance-machineconfig-denied").node, "");
  EXPECT_EQ(classify("errors/refused-get").node, "");
}

TEST(PartialFailures, NameTheNodesThatDidNotAnswer) {
  for (const char* name : {"emulator/version-one-node-missing.err", "emulator/get-one-node-missing.err"}) {
    std::vector<TalosFailure> failures = partial_failures(talosctl_output(name), "talosctl");
    ASSERT_EQ(failures.size(), 1U) << name;
    EXPECT_EQ(failures.at(0).node, "127.0.88.99");
    EXPECT_EQ(failures.at(0).trouble, TalosTrouble::unreachable);
  }
}

TEST(PartialFailures, OfSeveralNodesAreToldApart) {
  std::vector<TalosFailure> failures = partial_failures(
      "WARNING: 2 errors occurred:\n\t* 10.0.0.2: rpc error: code = Unavailable desc = connection error: desc = "
      "\"transport: "
      "Error while dialing: dial tcp 10.0.0.2:50000: connect: connection refused\"\n\t* 10.0.0.3: rpc error: code = "
      "Unimplemented desc = member list is only available on control plane nodes\n\n",
      "talosctl etcd members");
  ASSERT_EQ(failures.size(), 2U);
  EXPECT_EQ(failures.at(0).node, "10.0.0.2");
  EXPECT_EQ(failures.at(1).node, "10.0.0.3");
  EXPECT_EQ(failures.at(1).trouble, TalosTrouble::not_implemented);
}

TEST(PartialFailures, AreNoneWhenAllAnswered) { EXPECT_TRUE(partial_failures("", "talosctl").empty()); }

TEST(Redaction, CutsOffTheUsage) {
  EXPECT_EQ(redact(talosctl_output("errors/no-nodes.err")).find("Usage:"), std::string::npos);
  EXPECT_EQ(redact(talosctl_output("errors/unknown-command.err")), "unknown command \"nosuchcmd\" for \"talosctl\"");
}

TEST(Redaction, KeepsOfAConfigOnlyTheNamesOfItsKeys) {
  EXPECT_EQ(redact(talosctl_output("errors/validate-leaks-keys.err")),
            "error decoding document /v1alpha1/ (line 1): unknown keys found during decoding:\ncluster:\n    xca:\n"
            "        crt:\n        key:\nmachine:\n    xca:\n        crt:\n        key:");
  EXPECT_EQ(
      redact(
          "unknown keys found during decoding:\na: |\n  hunter2: x\n  more\nb: \"x\n  hunter3: y\"\nhunter4\nc: 1\n"),
      "unknown keys found during decoding:\na:\nb:\nc:");
}

TEST(Redaction, TakesOutEverySecretOfACluster) {
  const std::string secrets = talosctl_output("config/secrets.yaml");
  const std::string clean = redact("failed: " + secrets);
  EXPECT_EQ(clean.find("LS0t"), std::string::npos);
  for (const char* secret : {"S24P9op2MjXZUMEZmiVXsZI3sc2", "67xzdr", "wydebskatzdv9miz", "6DK7Z", "zkanqf"}) {
    EXPECT_EQ(clean.find(secret), std::string::npos) << secret;
  }
  EXPECT_EQ(redact("x -----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----\ny"), "x (secret)\ny");
}

TEST(Redaction, HidesAValueOfTheWrongType) {
  EXPECT_EQ(redact("line 2: cannot unmarshal !!str `hunter2` into bool"),
            "line 2: cannot unmarshal !!str `...` into bool");
}

TEST(Redaction, LeavesPlainMessagesAsTheyAre) {
  for (const std::string& file : recorded_files("talosctl-1.12.6/errors", ".err")) {
    std::string text = recorded(file);
    bool changes = text.find("decoding:") != std::string::npos || text.find("Usage:") != std::string::npos ||
                   text.find("cannot unmarshal") != std::string::npos;
    if (!changes) {
      EXPECT_EQ(redact(text), text) << file;
    }
  }
}

}  // namespace
}  // namespace tbx
