// What kubectl printed when something failed, recorded.
#include <gtest/gtest.h>

#include "providers/kubernetes_failure.h"
#include "tests/support/recorded.h"

namespace tbx {
namespace {

using Trouble = KubernetesTrouble;

KubernetesFailure classified(const std::string& name, CallKind kind = CallKind::looks) {
  return classify_kubernetes_failure(recorded("kubectl-1.35.4/failure/" + name + ".err"), "kubectl get nodes", kind);
}

struct Case {
  const char* recording;
  Trouble trouble;
  ErrorKind kind;
  const char* message;
};

class KubernetesFailures : public testing::TestWithParam<Case> {};

TEST_P(KubernetesFailures, AreToldByWhatKubectlPrinted) {
  KubernetesFailure failure = classified(GetParam().recording);
  EXPECT_EQ(failure.trouble, GetParam().trouble);
  EXPECT_EQ(failure.error.kind, GetParam().kind);
  EXPECT_EQ(failure.error.message, std::string("kubectl get nodes: ") + GetParam().message);
}

constexpr const char* new_kubeconfig = "delete the kubeconfig, and `tbx apply` writes a new one";

INSTANTIATE_TEST_SUITE_P(
    Recorded, KubernetesFailures,
    testing::Values(
        Case{"refused", Trouble::unreachable, ErrorKind::unreachable,
             "The connection to the server 127.77.0.99:6443 was refused - did you specify the right host or port?"},
        Case{
            "silent-raw", Trouble::silent, ErrorKind::unreachable,
            "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)"},
        Case{"closes-raw", Trouble::silent, ErrorKind::unreachable, "EOF"},
        Case{"no-https", Trouble::not_kubernetes, ErrorKind::malformed_answer,
             "http: server gave HTTP response to HTTPS client"},
        Case{"unauthorized", Trouble::unauthorized, ErrorKind::rejected,
             "You must be logged in to the server (the server has asked for the client to provide credentials); delete "
             "the kubeconfig, and `tbx apply` writes a new one"},
        Case{"forbidden", Trouble::forbidden, ErrorKind::rejected,
             "Error from server (Forbidden): nodes is forbidden: User \"nobody\" cannot list resource \"nodes\" in API "
             "group \"\" at the cluster scope"},
        Case{"not-found", Trouble::not_found, ErrorKind::rejected,
             "Error from server (NotFound): nodes \"nope\" not found"},
        Case{"already-exists", Trouble::already_exists, ErrorKind::rejected,
             "Error from server (AlreadyExists): namespaces \"shop\" already exists"},
        Case{"no-such-type", Trouble::not_installed, ErrorKind::rejected,
             "the server doesn't have a resource type \"foos\"; what brings this kind is not installed (yet)"},
        Case{"field-conflict", Trouble::conflict, ErrorKind::rejected,
             "Apply failed with 1 conflict: conflict with \"one\": .metadata.labels.q"},
        Case{"usage", Trouble::usage, ErrorKind::rejected, "unknown flag: --bogus"}),
    [](const auto& info) {
      std::string name = info.param.recording;
      std::erase(name, '-');
      return name;
    });

TEST(KubernetesFailure, TellsTheKindOfTheOthersToo) {
  EXPECT_EQ(classified("silent").trouble, Trouble::silent);
  EXPECT_EQ(classified("closes").error.kind, ErrorKind::unreachable);
  EXPECT_EQ(classified("certificate-names").trouble, Trouble::certificate_names);
  EXPECT_EQ(classified("unknown-authority").trouble, Trouble::unknown_authority);
  EXPECT_EQ(classified("no-kubeconfig").trouble, Trouble::no_credentials);
  EXPECT_EQ(classified("broken-kubeconfig").trouble, Trouble::no_credentials);
  EXPECT_EQ(classified("no-matches").trouble, Trouble::not_installed);
  EXPECT_EQ(classified("invalid").trouble, Trouble::invalid);
  EXPECT_EQ(classified("patch-test-failed").trouble, Trouble::invalid);
  EXPECT_EQ(classified("delete-conflict").error.kind, ErrorKind::busy);
  EXPECT_EQ(classified("uid-conflict").error.kind, ErrorKind::busy);
  EXPECT_EQ(classified("terminating").error.kind, ErrorKind::busy);
}

TEST(KubernetesFailure, TakesAWebhookThatRefusesForNoSilenceOfTheApi) {
  KubernetesFailure failure = classified("webhook-silent", CallKind::changes);
  EXPECT_EQ(failure.trouble, Trouble::webhook_silent);
  EXPECT_EQ(failure.error.kind, ErrorKind::busy);
  const char* refused =
      "Error from server (InternalError): Internal error occurred: failed calling webhook \"x\": dial "
      "tcp 10.96.0.1:443: connect: connection refused";
  EXPECT_EQ(classify_kubernetes_failure(refused, "x").trouble, Trouble::webhook_silent);
}

TEST(KubernetesFailure, DoubtsWhatALostAnswerDidOnlyWhereSomethingWasToChange) {
  const char* text = "Error from server: etcdserver: request timed out";
  EXPECT_EQ(classify_kubernetes_failure(text, "x", CallKind::looks).error.kind, ErrorKind::unreachable);
  EXPECT_EQ(classify_kubernetes_failure(text, "x", CallKind::changes).error.kind, ErrorKind::outcome_unknown);
  EXPECT_EQ(classified("refused", CallKind::changes).error.kind, ErrorKind::unreachable);
}

TEST(KubernetesFailure, UnderstandsHelmsWordsForTheSame) {
  const char* text =
      "Error: kubernetes cluster unreachable: Get \"https://10.0.0.2:6443/version\": dial tcp 10.0.0.2:6443: connect: "
      "connection refused\n";
  EXPECT_EQ(classify_kubernetes_failure(text, "helm list").trouble, Trouble::unreachable);
  EXPECT_TRUE(classify_kubernetes_failure(text, "helm list")
                  .error.message.starts_with("helm list: kubernetes cluster unreachable: Get"));
}

TEST(KubernetesFailure, SaysNoTokenAndNoLineTwice) {
  KubernetesFailure failure = classify_kubernetes_failure(
      "E1128 16:24:40.273618    9838 memcache.go:265] \"Unhandled Error\" err=\"x\"\n"
      "Warning: would violate PodSecurity\n"
      "error: bad token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrIn0.c2lnbmF0dXJl and abcdef.0123456789abcdef\n",
      "kubectl");
  EXPECT_EQ(failure.error.message, "kubectl: bad token (secret) and (secret)");
  EXPECT_EQ(failure.error.detail, "error: bad token (secret) and (secret)");
}

TEST(KubernetesFailure, IsToldAsWhatWasWanted) {
  std::string told = "the namespace a is not accepted: You must be logged in to the server (the server has asked for ";
  told.append("the client to provide credentials); ").append(new_kubeconfig);
  EXPECT_EQ(told_as(classified("unauthorized"), "the namespace a is not accepted").message, told);
}

}  // namespace
}  // namespace tbx
