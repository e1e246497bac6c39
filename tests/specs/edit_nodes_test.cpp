// Node numbers in place: lists made longer and shorter, and a count that becomes a list.
#include <gtest/gtest.h>

#include "tests/support/edited_text.h"
#include "tests/support/spec_text.h"

namespace tbx::test {
namespace {

std::vector<PoolNumbers> workers(std::vector<int> numbers) { return {{"worker", std::move(numbers)}}; }

TEST(EditNodes, TurnACountIntoNumbers) {
  expect_edits({
      {"lines", workers({1, 3}), beginning + "  workers:\n    cpus: 1\n    count: 3   # three\n    memory: 4Gi\n",
       beginning + "  workers:\n    cpus: 1\n    nodes: [1, 3]   # three\n    memory: 4Gi\n"},
      {"braces", workers({1, 3}), beginning + "  workers: {cpus: 1, count: 3}\n",
       beginning + "  workers: {cpus: 1, nodes: [1, 3]}\n"},
      {"quoted key", workers({2, 3}), beginning + "  workers: {\"count\": 3, 'cpus': 1}\n",
       beginning + "  workers: {\"nodes\": [2, 3], 'cpus': 1}\n"},
      {"value in the next line", workers({2}), beginning + "  workers:\n    count: # two\n      2\n",
       beginning + "  workers:\n    nodes: # two\n      [2]\n"},
      {"anchor that nobody else uses", workers({2}), beginning + "  workers: {count: &n 2}\n",
       beginning + "  workers: {nodes: &n [2]}\n"},
      {"alias", workers({2}), beginning + "  controlPlane: {cpus: &n 2}\n  workers: {count: *n}\n",
       beginning + "  controlPlane: {cpus: &n 2}\n  workers: {nodes: [2]}\n"},
      {"explicit key", workers({2}), beginning + "  workers:\n    ? count # two\n    : 2\n",
       beginning + "  workers:\n    ? nodes # two\n    : [2]\n"},
      {"the last one needs no list", workers({1, 2}), beginning + "  workers:\n    count: 3\n",
       beginning + "  workers:\n    count: 2\n"},
      {"the only one", workers({}), beginning + "  workers:\n    cpus: 1\n",
       beginning + "  workers:\n    count: 0\n    cpus: 1\n"},
      {"a pool of a list",
       {{"web", {1, 3}}},
       beginning + "  workers:\n  - name: data\n    count: 3\n  - count: 3\n    name: web\n",
       beginning + "  workers:\n  - name: data\n    count: 3\n  - nodes: [1, 3]\n    name: web\n"},
      {"control planes",
       {{"control-plane", {1, 3}}},
       beginning + "  controlPlane:\n    count: 3\n  workers: {count: 3}\n",
       beginning + "  controlPlane:\n    nodes: [1, 3]\n  workers: {count: 3}\n"},
  });
}

TEST(EditNodes, ShortenAListInBrackets) {
  expect_edits({
      {"in the middle", workers({1, 3}), beginning + "  workers: {nodes: [1, 2, 3]}\n",
       beginning + "  workers: {nodes: [1, 3]}\n"},
      {"first", workers({2, 3}), beginning + "  workers: {nodes: [ 1,2 , 3 ]}\n",
       beginning + "  workers: {nodes: [ 2 , 3 ]}\n"},
      {"last", workers({1, 2}), beginning + "  workers: {nodes: [ 1,2 , 3 ]}\n",
       beginning + "  workers: {nodes: [ 1,2 ]}\n"},
      {"last before a comma", workers({1, 2}), beginning + "  workers: {nodes: [1, 2, 3, ]}\n",
       beginning + "  workers: {nodes: [1, 2, ]}\n"},
      {"several", workers({2, 5}), beginning + "  workers: {nodes: [1, 2, 3, 4, 5, 6, 7]}\n",
       beginning + "  workers: {nodes: [2, 5]}\n"},
      {"not sorted", workers({2, 9}), beginning + "  workers: {nodes: [9, 4, 2]}\n",
       beginning + "  workers: {nodes: [9, 2]}\n"},
      {"with its anchor", workers({1, 3}), beginning + "  workers: {nodes: [1, &two 2, 3]}\n",
       beginning + "  workers: {nodes: [1, 3]}\n"},
      {"all", workers({}), beginning + "  workers: {nodes: [1, 2]} # none\n",
       beginning + "  workers: {nodes: []} # none\n"},
      {"the end of a line", workers({1, 2, 4, 5}), beginning + "  workers:\n    nodes: [1, 2, 3,\n            4, 5]\n",
       beginning + "  workers:\n    nodes: [1, 2,\n            4, 5]\n"},
      {"the beginning of a line", workers({1, 2, 3, 5}),
       beginning + "  workers:\n    nodes: [1, 2, 3,\n            4, 5]\n",
       beginning + "  workers:\n    nodes: [1, 2, 3,\n            5]\n"},
      {"a line each", workers({1, 3}),
       beginning + "  workers:\n    nodes: [\n      1, # a\n      2, # b\n      # about c\n      3  # c\n    ]\n",
       beginning + "  workers:\n    nodes: [\n      1, # a\n      # about c\n      3  # c\n    ]\n"},
      {"a line each, the last", workers({1, 2}),
       beginning + "  workers:\n    nodes: [\n      1, # a\n      2, # b\n      3  # c\n    ]\n",
       beginning + "  workers:\n    nodes: [\n      1, # a\n      2 # b\n    ]\n"},
      {"a line each, the last with a comma", workers({1, 2}),
       beginning + "  workers:\n    nodes: [\n      1,\n      2, # b\n      3, # c\n    ]\n",
       beginning + "  workers:\n    nodes: [\n      1,\n      2, # b\n    ]\n"},
      {"commas first", workers({1, 3}),
       beginning + "  workers:\n    nodes:\n      [ 1\n      , 2\n      , 3\n      ]\n",
       beginning + "  workers:\n    nodes:\n      [ 1\n      , 3\n      ]\n"},
  });
}

TEST(EditNodes, LengthenAListInBrackets) {
  expect_edits({
      {"a gap", workers({1, 2, 3}), beginning + "  workers: {nodes: [1, 3]}\n",
       beginning + "  workers: {nodes: [1, 2, 3]}\n"},
      {"both ends and a gap", workers({1, 2, 3, 4, 5, 6}), beginning + "  workers: {nodes: [2, 5]}\n",
       beginning + "  workers: {nodes: [1, 2, 3, 4, 5, 6]}\n"},
      {"without blanks", workers({1, 2, 3, 4}), beginning + "  workers: {nodes: [1,3]}\n",
       beginning + "  workers: {nodes: [1,2,3,4]}\n"},
      {"not sorted", workers({1, 2, 3, 4}), beginning + "  workers: {nodes: [3, 1]} # odd\n",
       beginning + "  workers: {nodes: [2, 3, 1, 4]} # odd\n"},
      {"empty", workers({1, 2}), beginning + "  workers:\n    nodes: [ ] # none\n",
       beginning + "  workers:\n    nodes: [1, 2] # none\n"},
      {"behind a comma at the end", workers({1, 2}), beginning + "  workers: {nodes: [1, ]}\n",
       beginning + "  workers: {nodes: [1, 2, ]}\n"},
      {"a line each", workers({1, 2, 3, 4}),
       beginning + "  workers:\n    nodes: [\n      1, # a\n      # about c\n      3  # c\n    ]\n",
       beginning +
           "  workers:\n    nodes: [\n      1, # a\n      2,\n      # about c\n      3,  # c\n      4\n    ]\n"},
      {"a line each, before the first", workers({1, 2}),
       beginning + "  workers:\n    nodes: [\n      # about b\n      2, # b\n    ]\n",
       beginning + "  workers:\n    nodes: [\n      # about b\n      1,\n      2, # b\n    ]\n"},
      {"alias", workers({1, 2}), beginning + "  controlPlane: {nodes: &n [1]}\n  workers: {nodes: *n, cpus: 1}\n",
       beginning + "  controlPlane: {nodes: &n [1]}\n  workers: {nodes: [1, 2], cpus: 1}\n"},
      {"nodes of a merge are left to the others",
       {{"web", {1, 2, 3}}},
       beginning + "  controlPlane: &c {nodes: [1, 3]}\n  workers:\n  - <<: *c\n    name: web\n",
       beginning + "  controlPlane: &c {nodes: [1, 3]}\n  workers:\n  - <<: *c\n    name: web\n    nodes: [1, 2, 3]\n"},
  });
}

TEST(EditNodes, ShortenAListInLines) {
  expect_edits({
      {"in the middle", workers({1, 3}),
       beginning +
           "  workers:\n    nodes:\n      - 1 # a\n      # about b\n      - 2 # b\n      - 3 # c\n    cpus: 1\n",
       beginning + "  workers:\n    nodes:\n      - 1 # a\n      # about b\n      - 3 # c\n    cpus: 1\n"},
      {"last of the file", workers({1, 2}), beginning + "  workers:\n    nodes:\n    - 1\n    - 2 # b\n    - 3 # c\n",
       beginning + "  workers:\n    nodes:\n    - 1\n    - 2 # b\n"},
      {"two at the end of the file", workers({1}), beginning + "  workers:\n    nodes:\n    - 1\n    -  2\n    -\t3\n",
       beginning + "  workers:\n    nodes:\n    - 1\n"},
      {"all", workers({}), beginning + "  workers:\n    nodes: # none\n      - 1\n      - 3\n    cpus: 1\n",
       beginning + "  workers:\n    nodes: [] # none\n    cpus: 1\n"},
      {"all, to the end of the file", workers({}), beginning + "  workers:\n    nodes:\n    - 1\n    - 3\n",
       beginning + "  workers:\n    nodes: []\n"},
  });
}

TEST(EditNodes, LengthenAListInLines) {
  expect_edits({
      {"a gap and the end", workers({1, 2, 3, 4, 5}),
       beginning + "  workers:\n    nodes:\n      - 1 # a\n      # about c\n      - 3 # c\n    cpus: 1\n",
       beginning +
           "  workers:\n    nodes:\n      - 1 # a\n      - 2\n      # about c\n      - 3 # c\n      - 4\n      - 5\n"
           "    cpus: 1\n"},
      {"before the first", workers({1, 2}), beginning + "  workers:\n    nodes:\n    -   2\n",
       beginning + "  workers:\n    nodes:\n    -   1\n    -   2\n"},
      {"the last of the file, an anchor", workers({4, 5}), beginning + "  workers:\n    nodes:\n    - &four 4\n",
       beginning + "  workers:\n    nodes:\n    - &four 4\n    - 5\n"},
  });
}

}  // namespace
}  // namespace tbx::test
