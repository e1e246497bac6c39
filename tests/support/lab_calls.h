// What the lab's log of machine API calls tells about how etcd was treated.
#pragma once

#include <string>

namespace tbx::test {

/// `log`: calls.jsonl. The rules that a member's departure and a control plane's restart keep, and the first call that
/// broke one: a snapshot before each departure, leadership handed over before a member leaves, one bootstrap, and no
/// restart of a control plane before etcd was asked on the one that restarted last. Empty: all kept.
std::string complaints_about(const std::string& log);

}  // namespace tbx::test
