// What the stderr of kubectl and of Helm means: both speak to the Kubernetes API by the same client library.
#pragma once

#include <string>
#include <string_view>

#include "engine/error.h"

namespace tbx {

/// What a caller decides on; ErrorKind says only whether to try again.
enum class KubernetesTrouble {
  unreachable,          ///< nothing answers on this address
  silent,               ///< the connection stands and no answer came in time
  not_ready,            ///< the API server answers and can't work yet, or its etcd does not
  not_kubernetes,       ///< something else answers
  unknown_authority,    ///< another cluster's API, or another cluster's kubeconfig
  certificate_names,    ///< its certificate does not name this address: Talos takes it up by itself
  certificate_expired,  ///< clock skew, or an old kubeconfig
  unauthorized,         ///< it does not know who we are
  forbidden,            ///< it knows, and we may not
  not_found,            ///< no such object
  already_exists,
  conflict,        ///< somebody else changed it meanwhile, or owns the field
  not_installed,   ///< no such kind: its custom resource definition is not there (yet)
  webhook_silent,  ///< an admission webhook does not answer yet
  denied,          ///< an admission webhook said no
  invalid,         ///< the API does not take the object
  no_credentials,  ///< the kubeconfig is not there, or can't be read
  lost,            ///< the answer did not arrive, the effect may have
  usage,           ///< we called it wrong
  other,
};

/// What a cut off call may have done.
enum class CallKind { looks, changes };

struct KubernetesFailure {
  KubernetesTrouble trouble = KubernetesTrouble::other;
  std::string sentence;  ///< the tool's own words, one line, without what it says beside them
  Error error;           ///< the message is "<what>: <sentence>", and what to do where that is known
  bool operator==(const KubernetesFailure&) const = default;
};

/// What a failed call printed to stderr. `what` begins the message: "kubectl get nodes on 10.0.0.2". Everything in it
/// is redacted.
KubernetesFailure classify_kubernetes_failure(std::string_view stderr_text, std::string_view what,
                                              CallKind kind = CallKind::looks);

/// The same failure, told as what was wanted: "the namespace monitoring is not accepted".
Error told_as(const KubernetesFailure& failure, std::string_view what);

}  // namespace tbx
