// What lives against what its release rendered, field by field.
//
// Both sides come from the API server: the object as it is, and as it would be if Helm applied its manifest again (a
// server-side dry run, forced). So defaults, quantities and webhooks look the same on both, and a field that nobody
// changed is equal. Of what differs only fields that the chart renders count: the rest belongs to somebody else.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "engine/observed_kubernetes.h"
#include "providers/helm/rendered_objects.h"
#include "specs/mask.h"

namespace tbx {

/// Sorted by field. Not compared: what the server counts (resourceVersion, generation, status), the bundle of a
/// webhook's authority, and what an autoscaler owns (by managedFields: through the subresource `scale`, by anybody but
/// kubectl). Secrets are shown as fingerprints, and so are texts of several lines, which may hold one.
std::vector<LiveDrift> live_differences(const nlohmann::json& rendered, const nlohmann::json& live,
                                        const nlohmann::json& applied, const FingerprintKey* key);

/// An object that the chart renders and nobody has.
LiveDrift absent_object(const ObjectName& name);

/// A kind that the API server does not know, because somebody deleted its definition: "CustomResourceDefinition of
/// IngressRoute (traefik.io/v1alpha1)".
LiveDrift absent_kind(const nlohmann::json& object);

/// An object that can't be brought back to what the chart renders without deleting it.
LiveDrift immutable_object(const ObjectName& name);

}  // namespace tbx
