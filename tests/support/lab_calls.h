// What the lab's log of machine API calls tells about how etcd was treated.
#pragma once

#include <string>

namespace tbx::test {

/// `log`: calls.jsonl. The first call that broke a rule, and which; empty: none did. The rules are a snapshot before
/// each departure, one bootstrap, and no restart of a control plane before etcd was asked on the one before. Only the
/// lab itself can tell that a leader hands over before it leaves (anomalies.json).
std::string complaints_about(const std::string& log);

}  // namespace tbx::test
