// The objects that tbx makes, as JSON for a server-side apply: what is not named stays as it is, what was named before
// and is no more goes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/op_kubernetes.h"

namespace tbx {

std::string namespace_manifest(const ApplyNamespace& op, const std::string& cluster_id);

/// `uid`: of the Node that is meant, so that none is made where it is gone.
std::string node_manifest(const LabelNode& op, const std::string& uid, const std::string& cluster_id);

/// The pool and the advertisement that announces it, in the namespace of the addon that serves them.
std::string address_pool_manifest(const std::string& namespace_name, const std::string& range,
                                  const std::string& cluster_id);

/// The name of the Ingress of a route.
std::string route_name(const std::string& host);

/// `ingress_class`: empty leaves it to the cluster's default.
std::string route_manifest(const ApplyRoute& op, const std::string& ingress_class, const std::string& cluster_id);

}  // namespace tbx
