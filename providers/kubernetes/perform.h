// What each op does to Kubernetes; see engine/op_kubernetes.h.
#pragma once

#include "engine/op.h"
#include "providers/kubernetes/action.h"

namespace tbx {

Status perform(const KubernetesAction& action, const AwaitApi& op);
Status perform(const KubernetesAction& action, const UpgradeKubernetes& op);
Status perform(const KubernetesAction& action, const ApplyNamespace& op);
Status perform(const KubernetesAction& action, const AwaitNode& op);
Status perform(const KubernetesAction& action, const AwaitNodeLost& op);
Status perform(const KubernetesAction& action, const LabelNode& op);
Status perform(const KubernetesAction& action, const DrainNode& op);
Status perform(const KubernetesAction& action, const UncordonNode& op);
Status perform(const KubernetesAction& action, const DeleteNode& op);
Status perform(const KubernetesAction& action, const ApplyAddressPool& op);
Status perform(const KubernetesAction& action, const ApplyRoute& op);
Status perform(const KubernetesAction& action, const DeleteRoute& op);
Status perform(const KubernetesAction& action, const ApplyCustomResourceDefinitions& op);

}  // namespace tbx
