// How objects of Kubernetes and releases of Helm say whose they are.
#pragma once

namespace tbx {

/// Its value is the cluster ID, as in the marks of machines; design, section 6, rule 5.
inline constexpr const char* cluster_label = "tbx/cluster";

}  // namespace tbx
