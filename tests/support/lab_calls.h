// What the lab's log of machine API calls tells about how etcd was treated.
#pragma once

#include <string>

namespace tbx::test {

/// `log`: calls.jsonl. The first call that broke a rule: a snapshot before each departure, one bootstrap, and no restart
/// of a control plane before etcd was asked on the one that restarted last. Empty: all kept. That a leader hands over
/// before it leaves, only the lab itself can tell (anomalies.json).
std::string complaints_about(const std::string& log);

}  // namespace tbx::test
