// A kubeconfig from Talos, for waiting until the API that it leads to answers.
#pragma once

#include "providers/api_server.h"
#include "providers/kubernetes/action.h"

namespace tbx {

/// Talos makes one out of its secrets before the API answers, and without a client certificate the API says nothing,
/// not even whether it is ready. Writes it to the credentials folder, naming `endpoint`.
Status fetch_kubeconfig(const KubernetesAction& action, const ApiEndpoint& endpoint);

}  // namespace tbx
