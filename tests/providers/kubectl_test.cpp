// How kubectl is called.
#include <gtest/gtest.h>

#include "providers/kubectl.h"

namespace tbx {
namespace {

class Answering : public Tools {
 public:
  explicit Answering(Result<CommandOutput> output) : output_(std::move(output)) {}
  Result<CommandOutput> run(const ToolCall&, std::stop_token) override { return output_; }

 private:
  Result<CommandOutput> output_;
};

using Arguments = std::vector<std::string>;

TEST(Kubectl, LooksAtOneAddressWithTheClustersKubeconfigAndNoCache) {
  Answering tools(CommandOutput{});
  ToolCall call = Kubectl(tools, "_out/lab").look("10.0.0.2", {"get", "nodes"});
  EXPECT_EQ(call.tool, "kubectl");
  EXPECT_EQ(call.arguments,
            (Arguments{"get", "nodes", "--kubeconfig=_out/lab/kubeconfig", "--server=https://10.0.0.2:6443",
                       "--cache-dir=_out/lab/kubeconfig/none", "--request-timeout=10s"}));
  EXPECT_EQ(call.effect, ToolEffect::looks);
  EXPECT_EQ(call.deadline_seconds, 30);
}

TEST(Kubectl, GivesAChangeItsManifestAndMoreTime) {
  Answering tools(CommandOutput{});
  ToolCall call = Kubectl(tools, "_out/lab").change("10.0.0.2", {"apply", "--filename=-"}, "{}");
  EXPECT_EQ(call.arguments.back(), "--request-timeout=30s");
  EXPECT_EQ(call.input, "{}");
  EXPECT_EQ(call.effect, ToolEffect::changes);
  EXPECT_EQ(call.deadline_seconds, 60);
}

TEST(Kubectl, GoesThroughNoProxyAndTakesNobodysKubeconfig) {
  Answering tools(CommandOutput{});
  auto environment = Kubectl(tools, "x").look("10.0.0.2", {}).environment;
  for (const char* name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "ALL_PROXY", "KUBECONFIG"}) {
    ASSERT_TRUE(environment.contains(name)) << name;
    EXPECT_FALSE(environment.at(name)) << name;
  }
}

TEST(Kubectl, SaysWhatWasAskedWhereAndWhy) {
  Answering tools(CommandOutput{1, "", "Error from server (NotFound): nodes \"a\" not found\n"});
  Kubectl kubectl(tools, "x");
  auto answer = kubectl.ask(kubectl.look("10.0.0.2", {"get", "nodes", "a", "--output=json"}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.message,
            "kubectl get nodes a on 10.0.0.2: Error from server (NotFound): nodes \"a\" not found");
  EXPECT_TRUE(answer.error().error.detail.starts_with("kubectl get nodes a --output=json --kubeconfig="));
}

TEST(Kubectl, TellsACallThatWasCutOff) {
  Answering tools(failure(ErrorKind::timed_out, "kubectl get nodes took longer than 30 s"));
  Kubectl kubectl(tools, "x");
  auto answer = kubectl.ask(kubectl.look("10.0.0.2", {"get", "nodes"}));
  EXPECT_EQ(answer.error().trouble, KubernetesTrouble::silent);
  EXPECT_EQ(answer.error().error.message, "kubectl get nodes on 10.0.0.2: no answer came within 30 s");
}

}  // namespace
}  // namespace tbx
