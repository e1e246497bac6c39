// Scaling pools in place: a whole file before and after, byte for byte, for every layout.
#include <gtest/gtest.h>

#include "tests/support/edited_text.h"
#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

const std::vector<PoolNumbers> three_workers{{"worker", {1, 2, 3}}};
const std::vector<PoolNumbers> three_of_web{{"web", {1, 2, 3}}};

TEST(EditCounts, ReplaceTheNumberAndNothingElse) {
  expect_edits({
      {"only key", three_workers, beginning + "  workers:\n    count: 1\n", beginning + "  workers:\n    count: 3\n"},
      {"first key", three_workers, beginning + "  workers:\n    count: 12\n    cpus: 12\n",
       beginning + "  workers:\n    count: 3\n    cpus: 12\n"},
      {"last key", three_workers, beginning + "  workers:\n    cpus: 1\n    count: 1\n  addons: []\n",
       beginning + "  workers:\n    cpus: 1\n    count: 3\n  addons: []\n"},
      {"comments around", three_workers,
       beginning + "  # workers: count: 1\n  workers:   # count: 1\n    # count: 1\n    count: 1 # count: 1\n",
       beginning + "  # workers: count: 1\n  workers:   # count: 1\n    # count: 1\n    count: 3 # count: 1\n"},
      {"tabs before and in comments", three_workers, beginning + "  workers:\t#\ttabs\n    count:\t1\t# a\ttab\n",
       beginning + "  workers:\t#\ttabs\n    count:\t3\t# a\ttab\n"},
      {"comment between key and value", three_workers, beginning + "  workers:\n    count:   # how many\n      1\n",
       beginning + "  workers:\n    count:   # how many\n      3\n"},
      {"blanks around the colon", three_workers, beginning + "  workers :\n    count   :   1   \n    cpus  : 2\n",
       beginning + "  workers :\n    count   :   3   \n    cpus  : 2\n"},
      {"quoted keys", three_workers, beginning + "  \"workers\":\n    'count': 1\n",
       beginning + "  \"workers\":\n    'count': 3\n"},
      {"number in quotes with a tag", three_workers, beginning + "  workers:\n    count: !!int '1'\n",
       beginning + "  workers:\n    count: !!int '3'\n"},
      {"number with a tag", three_workers, beginning + "  workers: !!map\n    count: !!int 1\n",
       beginning + "  workers: !!map\n    count: !!int 3\n"},
      {"other ways to write a number", three_workers, beginning + "  workers: {count: 0x10}\n",
       beginning + "  workers: {count: 3}\n"},
      {"explicit keys", three_workers, beginning + "  ? workers\n  : ? count\n    : 1\n    ? cpus\n    : 1\n",
       beginning + "  ? workers\n  : ? count\n    : 3\n    ? cpus\n    : 1\n"},
      {"anchor that nobody else uses", three_workers, beginning + "  workers: &w\n    count: &n 1\n",
       beginning + "  workers: &w\n    count: &n 3\n"},
      {"characters beyond ASCII before it", three_workers,
       beginning + "  # Größe, 大きさ, 😀\n  workers: {patches: [{machine: \"größe 😀\"}], count: 1} # 😀\n",
       beginning + "  # Größe, 大きさ, 😀\n  workers: {patches: [{machine: \"größe 😀\"}], count: 3} # 😀\n"},
      {"a long line", three_workers,
       beginning + "  workers: {patches: [{machine: \"" + std::string(5000, 'x') + "\"}], count: 1, cpus: 1}\n",
       beginning + "  workers: {patches: [{machine: \"" + std::string(5000, 'x') + "\"}], count: 3, cpus: 1}\n"},
      {"the same words in texts", three_workers,
       beginning + "  patches:\n    - machine: |\n        workers:\n          count: 1\n    - {machine: 'count: 1'}\n"
                   "  workers:\n    patches: [{machine: \"count: 1 # count: 1\"}]\n    count: 1\n",
       beginning + "  patches:\n    - machine: |\n        workers:\n          count: 1\n    - {machine: 'count: 1'}\n"
                   "  workers:\n    patches: [{machine: \"count: 1 # count: 1\"}]\n    count: 3\n"},
      {"document markers", three_workers,
       "%YAML 1.2\n--- # begins\n" + beginning + "  workers:\n    count: 1\n... # ends\n",
       "%YAML 1.2\n--- # begins\n" + beginning + "  workers:\n    count: 3\n... # ends\n"},
  });
}

TEST(EditCounts, ReplaceTheNumberWithinBraces) {
  expect_edits({
      {"one line", three_workers, beginning + "  workers: { cpus: 1,count: 1 , memory: 4Gi }\n",
       beginning + "  workers: { cpus: 1,count: 3 , memory: 4Gi }\n"},
      {"several lines", three_workers, beginning + "  workers: {\n    cpus: 1, # a\n    count: 1 # b\n    ,\n  }\n",
       beginning + "  workers: {\n    cpus: 1, # a\n    count: 3 # b\n    ,\n  }\n"},
      {"JSON", three_workers,
       "{\"apiVersion\":\"tbx/"
       "v1\",\"kind\":\"Cluster\",\"metadata\":{\"name\":\"lab\"},\"spec\":{\"workers\":{\"count\":1}}}\n",
       "{\"apiVersion\":\"tbx/"
       "v1\",\"kind\":\"Cluster\",\"metadata\":{\"name\":\"lab\"},\"spec\":{\"workers\":{\"count\":3}}}\n"},
      {"a key without a value before it", three_workers, beginning + "  workers: {patches: [{machine: }], count: 1}\n",
       beginning + "  workers: {patches: [{machine: }], count: 3}\n"},
      {"alias of a number", three_workers,
       beginning + "  controlPlane: {count: &n 1}\n  workers: {count: *n, cpus: 1}\n",
       beginning + "  controlPlane: {count: &n 1}\n  workers: {count: 3, cpus: 1}\n"},
  });
}

TEST(EditCounts, ChangeOnePoolOfAList) {
  const std::string other = "    - name: data\n      count: 1\n";
  expect_edits({
      {"lines", three_of_web, beginning + "  workers:\n" + other + "    - name: web\n      count: 1\n",
       beginning + "  workers:\n" + other + "    - name: web\n      count: 3\n"},
      {"no indentation", three_of_web, beginning + "  workers:\n  - name: data\n  - count: 1\n    name: web\n",
       beginning + "  workers:\n  - name: data\n  - count: 3\n    name: web\n"},
      {"hyphen alone in its line", three_of_web,
       beginning + "  workers:\n    -  # the web\n      count: 1\n      name: web\n",
       beginning + "  workers:\n    -  # the web\n      count: 3\n      name: web\n"},
      {"braces", three_of_web, beginning + "  workers: [{name: data, count: 1}, {name: web, count: 1}]\n",
       beginning + "  workers: [{name: data, count: 1}, {name: web, count: 3}]\n"},
      {"a pool called worker", three_workers, beginning + "  workers:\n" + other + "    - {name: worker, count: 1}\n",
       beginning + "  workers:\n" + other + "    - {name: worker, count: 3}\n"},
  });
}

TEST(EditCounts, InsertAKeyThatIsNotThere) {
  expect_edits({
      {"lines, below the pool's own", three_workers,
       beginning + "  workers: # the workers\n    # a lot\n    memory: 8Gi # of it\n",
       beginning + "  workers: # the workers\n    count: 3\n    # a lot\n    memory: 8Gi # of it\n"},
      {"below an anchor", three_workers, beginning + "  workers: &w\n      memory: 8Gi\n",
       beginning + "  workers: &w\n      count: 3\n      memory: 8Gi\n"},
      {"explicit key", three_workers, beginning + "  ? workers\n  : memory: 8Gi\n",
       beginning + "  ? workers\n  : count: 3\n    memory: 8Gi\n"},
      {"behind the name", three_of_web,
       beginning + "  workers:\n    - name: web # front\n      # much\n      cpus: 4\n",
       beginning + "  workers:\n    - name: web # front\n      count: 3\n      # much\n      cpus: 4\n"},
      {"behind the name, which is all", three_of_web, beginning + "  workers:\n  - name: web\n  - name: data\n",
       beginning + "  workers:\n  - name: web\n    count: 3\n  - name: data\n"},
      {"behind a name at the end", three_of_web, beginning + "  workers:\n  - labels:\n      a: b\n    name: \"web\"\n",
       beginning + "  workers:\n  - labels:\n      a: b\n    name: \"web\"\n    count: 3\n"},
      {"braces", three_workers, beginning + "  workers: { memory: 8Gi } # x\n",
       beginning + "  workers: { count: 3, memory: 8Gi } # x\n"},
      {"braces of several lines", three_workers,
       beginning + "  workers: {\n      memory: 8Gi, # much\n      cpus: 1\n  }\n",
       beginning + "  workers: {\n      count: 3,\n      memory: 8Gi, # much\n      cpus: 1\n  }\n"},
      {"braces, behind the name", three_of_web, beginning + "  workers: [{name: 'web', cpus: 1}, {name: data}]\n",
       beginning + "  workers: [{name: 'web', count: 3, cpus: 1}, {name: data}]\n"},
      {"braces, behind the name, which is all", three_of_web, beginning + "  workers: [{name: data}, {name: web }]\n",
       beginning + "  workers: [{name: data}, {name: web, count: 3 }]\n"},
      {"braces, the name in a line with a comment", three_of_web,
       beginning + "  workers: [{name: web, # front\n             cpus: 1}]\n",
       beginning + "  workers: [{count: 3, name: web, # front\n             cpus: 1}]\n"},
      {"keys in quotes", three_workers, beginning + "  workers: {\"cpus\": 1}\n",
       beginning + "  workers: {\"count\": 3, \"cpus\": 1}\n"},
      {"empty braces", three_workers, beginning + "  workers: {}\n", beginning + "  workers: {count: 3}\n"},
      {"padded empty braces", three_workers, beginning + "  workers: { } # x\n",
       beginning + "  workers: { count: 3 } # x\n"},
      {"count of a merge is left to the others", three_of_web,
       beginning + "  controlPlane: &c\n    count: 1\n  workers:\n  - <<: *c\n    name: web\n",
       beginning + "  controlPlane: &c\n    count: 1\n  workers:\n  - <<: *c\n    name: web\n    count: 3\n"},
  });
}

TEST(EditCounts, InsertAPoolThatIsNotThere) {
  const std::vector<PoolNumbers> both{{"control-plane", {1, 2, 3}}, {"worker", {1, 2}}};
  const std::string head = "apiVersion: tbx/v1\nkind: Cluster\nmetadata: {name: lab}\n";
  expect_edits({
      {"behind the control plane", three_workers,
       beginning + "  controlPlane:\n    count: 1 # one\n    # no more\n  # charts\n  addons: []\n",
       beginning +
           "  controlPlane:\n    count: 1 # one\n    # no more\n  workers:\n    count: 3\n  # charts\n  addons: []\n"},
      {"at the end", three_workers, beginning + " addons: []\n controlPlane:\n  cpus: 1\n",
       beginning + " addons: []\n controlPlane:\n  cpus: 1\n workers:\n  count: 3\n"},
      {"before the end marker", three_workers, beginning + "    controlPlane:\n        cpus: 1\n...\n",
       beginning + "    controlPlane:\n        cpus: 1\n    workers:\n        count: 3\n...\n"},
      {"beside braces", three_workers, beginning + "  controlPlane: {cpus: 1}\n  addons: []\n",
       beginning + "  controlPlane: {cpus: 1}\n  workers: {count: 3}\n  addons: []\n"},
      {"behind braces of several lines", three_workers,
       beginning + "  controlPlane: {cpus: 1, # }\n    memory: 4Gi, }\n  addons: []\n",
       beginning + "  controlPlane: {cpus: 1, # }\n    memory: 4Gi, }\n  workers: {count: 3}\n  addons: []\n"},
      {"behind a text of several lines", three_workers,
       beginning + "  controlPlane:\n    patches:\n      - machine: |\n          # a\n\n          b\n  addons: []\n",
       beginning +
           "  controlPlane:\n    patches:\n      - machine: |\n          # a\n\n          b\n  workers:\n    count: 3\n"
           "  addons: []\n"},
      {"behind a list of aliases", three_workers,
       beginning + "  patches:\n    - &p {machine: 'it''s'}\n  controlPlane:\n    patches:\n      - *p\n  addons: []\n",
       beginning + "  patches:\n    - &p {machine: 'it''s'}\n  controlPlane:\n    patches:\n      - *p\n  workers:\n   "
                   " count: 3\n"
                   "  addons: []\n"},
      {"behind a value that is left empty", three_workers,
       beginning + "  controlPlane:\n    patches:\n      - {machine: , cluster: null}\n      - cluster: ~ # c\n      - "
                   "machine:\n  addons: []\n",
       beginning + "  controlPlane:\n    patches:\n      - {machine: , cluster: null}\n      - cluster: ~ # c\n      - "
                   "machine:\n  workers:\n"
                   "    count: 3\n  addons: []\n"},
      {"behind the network",
       {{"control-plane", {1, 2, 3}}},
       beginning + "  network:\n    nodeSubnet: none\n  workers:\n    cpus: 1\n",
       beginning + "  network:\n    nodeSubnet: none\n  controlPlane:\n    count: 3\n  workers:\n    cpus: 1\n"},
      {"first of all",
       {{"control-plane", {1, 2, 3}}},
       beginning + "  # the workers\n  workers:\n    cpus: 1\n",
       beginning + "  controlPlane:\n    count: 3\n  # the workers\n  workers:\n    cpus: 1\n"},
      {"both", both, beginning + "  talos: {}\n  addons: []\n",
       beginning + "  talos: {}\n  controlPlane:\n    count: 3\n  workers:\n    count: 2\n  addons: []\n"},
      {"no spec", both, head, head + "spec:\n  controlPlane:\n    count: 3\n  workers:\n    count: 2\n"},
      {"no spec, other indentation", three_workers,
       "metadata:\n    name: lab\napiVersion: tbx/v1\nkind: Cluster\n# end\n",
       "metadata:\n    name: lab\napiVersion: tbx/v1\nkind: Cluster\nspec:\n    workers:\n        count: 3\n# end\n"},
      {"empty spec in braces", both, head + "spec: {}\n",
       head + "spec: {controlPlane: {count: 3}, workers: {count: 2}}\n"},
      {"spec in braces", three_workers, head + "spec: {addons: [], controlPlane: {cpus: 1}}\n",
       head + "spec: {addons: [], controlPlane: {cpus: 1}, workers: {count: 3}}\n"},
      {"everything in braces", three_workers, "{apiVersion: tbx/v1, kind: Cluster, metadata: {name: lab}}\n",
       "{apiVersion: tbx/v1, kind: Cluster, metadata: {name: lab}, spec: {workers: {count: 3}}}\n"},
  });
}

TEST(EditCounts, KeepMixedLineEnds) {
  EXPECT_EQ(edited("apiVersion: tbx/v1\r\nkind: Cluster\nmetadata: {name: lab}\r\nspec:\n  workers:\r\n    cpus: 1\n",
                   three_workers),
            "apiVersion: tbx/v1\r\nkind: Cluster\nmetadata: {name: lab}\r\nspec:\n  workers:\r\n    count: 3\r\n    "
            "cpus: 1\n");
}

TEST(EditCounts, ChangeSeveralPoolsAtOnce) {
  expect_edits({
      {"one is as wanted already",
       {{"control-plane", {1}}, {"worker", {1, 2}}},
       beginning + "  controlPlane: {count: 1}\n  workers: {count: 1}\n",
       beginning + "  controlPlane: {count: 1}\n  workers: {count: 2}\n"},
      {"one that shares its number until the other has its own",
       {{"control-plane", {1, 2, 3}}, {"worker", {1, 2}}},
       beginning + "  controlPlane: &c\n    count: 1\n  workers: {<<: *c}\n",
       beginning + "  controlPlane: &c\n    count: 3\n  workers: {count: 2, <<: *c}\n"},
      {"all",
       {{"web", {}}, {"control-plane", {1, 2, 3}}, {"data", {1, 2}}},
       beginning + "  controlPlane:\n    cpus: 4\n  workers:\n  - name: web\n    count: 1\n  - {name: data}\n",
       beginning + "  controlPlane:\n    count: 3\n    cpus: 4\n  workers:\n  - name: web\n    count: 0\n  - {name: "
                   "data, count: 2}\n"},
  });
}

}  // namespace
}  // namespace tbx::test
