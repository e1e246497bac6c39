// What is wrong with a spec, and the exact words in which a person is told.
#include <gtest/gtest.h>

#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

using Lines = std::vector<std::string>;

/// Keys of `spec`, starting in line 5 and column 3, and the problems that they give.
struct Case {
  std::string keys;
  Lines problems;
};

void expect_problems(const std::vector<Case>& cases) {
  for (const Case& one : cases) EXPECT_EQ(problems_in(one.keys), one.problems) << one.keys;
}

TEST(Problems, AreAllToldAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(problems_of(load_text("apiVersion: tbx/v2\nkind: Clustr\nmetadata:\nspc: {}\nspec: {talos: 3}\n")),
            (Lines{"1:13: error: apiVersion can't be \"tbx/v2\": did you mean \"tbx/v1\"?",
                   "2:7: error: kind can't be \"Clustr\": did you mean \"Cluster\"?",
                   "3:1: error: metadata has no value: give it a mapping",
                   "4:1: error: unknown key \"spc\": did you mean \"spec\"?",
                   "5:15: error: talos has to be a mapping, not a whole number"}));
}

TEST(Problems, OfTheFileAsAWhole) {
  EXPECT_EQ(problems_of(load_text("- a\n")), Lines{"1:1: error: the file has to be a mapping, not a list"});
  EXPECT_EQ(problems_of(load_text("kind: Cluster\n")), (Lines{"1:1: error: the file lacks the key \"apiVersion\"",
                                                              "1:1: error: the file lacks the key \"metadata\""}));
}

TEST(Problems, OfNames) {
  const auto named = [](const std::string& name) {
    return problems_of(load_text("apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: " + name + "}\n"));
  };
  const std::string bad = " can't name a cluster: use at most 63 lower-case letters, digits and inner hyphens";
  EXPECT_EQ(named("My_Lab"), Lines{"3:18: error: \"My_Lab\"" + bad});
  EXPECT_EQ(named("con"), Lines{"3:18: error: \"con\" can't name a cluster: Windows keeps that name for a device"});
  EXPECT_EQ(named("007"),
            Lines{"3:18: error: name has to be a text, and YAML reads 007 as a whole number: put it in quotes"});
  const std::string long_name(60, 'a');
  EXPECT_EQ(named(long_name),
            Lines{"3:18: error: the node " + long_name +
                  "-cp-01 would have a name of 66 characters, and 63 are possible: shorten the cluster's name"});
}

TEST(Problems, OfUnknownKeysAndWrongTypes) {
  expect_problems({
      {"controlPlane: {memroy: 4Gi}", {"5:18: error: unknown key \"memroy\": did you mean \"memory\"?"}},
      {"talos: {zzzzz: 1}", {"5:11: error: unknown key \"zzzzz\"; known here: arch, schematic, version"}},
      {"controlPlane: {cpus: \"2\"}", {"5:24: error: cpus has to be a whole number, not a text"}},
      {"talos: {version: 1.12}",
       {"5:20: error: version has to be a text, and YAML reads 1.12 as a number: put it in quotes"}},
      {"workers:", {"5:3: error: workers has no value: give it a mapping or a list, or leave the key out"}},
      {"workers: 2", {"5:12: error: workers has to be a mapping or a list, not a whole number"}},
      {"talos: {arch: x86}", {"5:17: error: arch can't be \"x86\": it is one of amd64, arm64"}},
      {"hyperv: {switch: \"\"}", {"5:20: error: switch is empty: give it a text"}},
  });
}

TEST(Problems, OfWhatIsNotSupportedYet) {
  expect_problems({
      {"hyperv: {via: ssh, host: me@pc}",
       {"5:17: error: ssh is not supported yet: start tbx on the Windows machine itself (via: local)",
        "5:22: error: host is not supported yet: start tbx on the Windows machine itself, and leave the key out"}},
      {"addons: [{name: cilium, deleteCRDs: true}]",
       {"5:27: error: deleteCRDs is not supported yet: custom resource definitions stay when an addon goes; leave the "
        "key out"}},
      {"hyperv: {via: loca}", {"5:17: error: via can't be \"loca\": did you mean \"local\"?"}},
  });
}

TEST(Problems, OfTheHostsFolders) {
  expect_problems({
      {"hyperv: {path: vm}",
       {"5:18: error: \"vm\" is no folder of the Windows host with its drive: write it like 'D:\\vm'"}},
      {"hyperv: {isoPath: /iso}",
       {"5:21: error: \"/iso\" is no folder of the Windows host with its drive: write it like 'D:\\vm'"}},
      {"hyperv: {path: 'D:\\vm?'}",
       {"5:18: error: \"D:\\vm?\" can't be a folder: Windows allows no control characters, and none of < > : \" | ? "
        "*"}},
      {"hyperv: {path: 'D:\\" + std::string(200, 'v') + "'}",
       {"5:18: error: the folder is too deep: Hyper-V's files in it would have paths of 290 letters, and at most 259 "
        "are "
        "allowed"}},
  });
  expect_problems({{"hyperv: {path: 'D:\\vm', isoPath: '\\\\server\\iso'}", {}}, {"hyperv: {path: D:/vm}", {}}});
}

TEST(Problems, OfVersions) {
  expect_problems({
      {"talos: {version: v1.15.0}", {"5:20: error: Talos v1.15.0 is not supported: tbx works with 1.11 to 1.14"}},
      {"kubernetes: {version: v1.29.0}",
       {"5:25: error: Talos v1.12.4 does not run Kubernetes v1.29.0: it takes 1.30 to 1.35"}},
      {"talos: {schematic: abc}",
       {"5:22: error: \"abc\" is no schematic: take the 64 hexadecimal digits that factory.talos.dev gives"}},
  });
}

TEST(Problems, OfSizes) {
  expect_problems({
      {"controlPlane: {memory: 1Gi}", {"5:26: error: memory 1Gi is too little: a control plane needs at least 2Gi"}},
      {"workers: {memory: 512Mi}", {"5:21: error: memory 512Mi is too little: a worker needs at least 1Gi"}},
      {"workers: {memory: 4}",
       {"5:21: error: memory \"4\" is not an even number of MiB, which Hyper-V asks for: the next one is 2Mi"}},
      {"workers: {disk: 8Gi}", {"5:19: error: disk 8Gi is too little: Talos needs at least 10Gi"}},
      {"workers: {cpus: 0}", {"5:19: error: cpus is 0, and has to be at least 1"}},
  });
}

TEST(Problems, OfPools) {
  expect_problems({
      {"controlPlane: {count: 2}", {"5:25: warning: 2 control planes tolerate no more failures than 1: take 1 or 3"}},
      {"controlPlane: {count: 0}", {"5:25: error: a cluster needs at least one control plane"}},
      {"workers: {count: 1, nodes: [1]}",
       {"5:23: error: count and nodes exclude one another: keep the one that you mean"}},
      {"workers: {nodes: [1, 1]}", {"5:24: error: node 1 is listed twice"}},
      {"workers: {nodes: [0]}", {"5:21: error: this entry is 0, and has to be at least 1"}},
      {"workers: [{count: 1}]", {"5:13: error: this entry lacks the key \"name\""}},
      {"workers: [{name: a}, {name: a}]", {"5:31: error: there is a pool \"a\" already, in line 5"}},
      {"workers: [{name: cp}]", {"5:20: error: \"cp\" is the control plane's name: call this pool something else"}},
      {"workers: {name: web}", {"5:13: error: a single pool is called worker: make workers a list to give it a name"}},
      {"protectNodes: [talos-cp-01]",
       {"5:18: error: \"talos-cp-01\" is no node of this cluster: their names begin with \"lab-\""}},
  });
}

TEST(Problems, OfLabelsAndTaints) {
  expect_problems({
      {"workers: {labels: {a b: c}}",
       {"5:22: error: \"a b\" can't be a label's key: write it like tier or example.org/tier"}},
      {"workers: {labels: {a: true}}",
       {"5:25: error: a has to be a text, and YAML reads true as a truth value: put it in quotes"}},
      {"workers: {taints: [dedicated]}",
       {"5:22: error: \"dedicated\" is no taint: write it like dedicated=database:NoSchedule"}},
      {"workers: {taints: [{key: a, effect: NoExecut}]}",
       {"5:39: error: effect can't be \"NoExecut\": did you mean \"NoExecute\"?"}},
      {"workers: {taints: [\"a:NoExecute\", {key: a, effect: NoExecute}]}",
       {"5:37: error: the taint a:NoExecute is given twice"}},
  });
}

TEST(Problems, OfNetworks) {
  expect_problems({
      {"network: {nodeSubnet: off}", {"5:25: error: \"off\" is no IPv4 network: write it like 10.77.3.0/24, or none"}},
      {"network: {nodeSubnet: 10.77.3.5/24}",
       {"5:25: error: \"10.77.3.5/24\" is an address inside the network 10.77.3.0/24: write the network"}},
      {"network: {nodeSubnet: 127.0.0.0/24}",
       {"5:25: error: \"127.0.0.0/24\" can't be used for machines: take a part of 10.0.0.0/8, 172.16.0.0/12 or "
        "192.168.0.0/16"}},
      {"network: {nodeSubnet: 10.244.3.0/24}",
       {"5:25: error: nodeSubnet 10.244.3.0/24 overlaps 10.244.0.0/16, the default of podSubnet: let them lie apart"}},
      {"network: {podSubnet: 10.0.0.0/8, nodeSubnet: none}",
       {"5:24: error: podSubnet 10.0.0.0/8 overlaps 10.96.0.0/12, the default of serviceSubnet: let them lie apart"}},
      {"network: {serviceSubnet: 10.77.0.0/20}",
       {"5:28: error: serviceSubnet 10.77.0.0/20 overlaps 10.77.0.0/16, from which nodeSubnet is chosen: let them lie "
        "apart"}},
      {"network: {nodeSubnet: 10.77.3.0/26}\nworkers: {count: 20}",
       {"5:25: error: 10.77.3.0/26 has 64 addresses, and 21 nodes need 72: workers begin at the 51st"}},
  });
}

TEST(Problems, OfPatches) {
  expect_problems({
      {"patches: [{op: add, path: /machine/x, value: 1}]",
       {"5:13: error: a list of op and path (JSON6902) can't patch a Talos config of several documents: write the keys "
        "to merge instead"}},
      {"patches: [{machine: {network: {hostname: a}}}]",
       {"5:34: error: tbx sets the host name, as it has to be the machine's name: leave it out"}},
      {"patches: [{apiVersion: v1alpha1, kind: HostnameConfig}]",
       {"5:36: error: tbx sets the host name, as it has to be the machine's name: leave it out"}},
      {"patches: [{machin: {}}]",
       {"5:14: error: \"machin\" is no key of a Talos machine config: did you mean \"machine\"?"}},
      {"workers: {patches: [{cluster: {etcd: {}}}]}",
       {"5:34: error: Talos takes this on control planes only: move it to controlPlane.patches"}},
      {"patches: [disk.yaml]", {"5:13: error: \"disk.yaml\" can't be read: there is no such file"}},
  });
  EXPECT_EQ(
      problems_in("patches: [p.yaml]", {{"p.yaml", "machine: {}\n---\n- {op: remove, path: /a}\n"}}),
      Lines{"p.yaml:3:1: error: a list of op and path (JSON6902) can't patch a Talos config of several documents: "
            "write the keys to merge instead"});
  EXPECT_EQ(problems_in("patches: [p.yaml]", {{"p.yaml", "machine: [\n"}}),
            Lines{"p.yaml:2:1: error: a { or [ that was opened is not closed before this"});
}

TEST(Problems, OfDeadlines) {
  expect_problems({
      {"deadlines: {bootstrap_etcd: 10m}", {"5:15: error: \"bootstrap_etcd\" is no kind of action"}},
      {"deadlines: {bootstrap-etcd: 10}", {"5:31: error: \"10\" is no duration: write it like 90s, 10m or 1h30m"}},
  });
  EXPECT_EQ(problems_of(load_keys("deadlines: {bootstrap-ectd: 10m}", {}, {{"bootstrap-etcd", "create-machine"}})),
            Lines{"5:15: error: \"bootstrap-ectd\" is no kind of action: did you mean \"bootstrap-etcd\"?"});
}

}  // namespace
}  // namespace tbx::test
