// Nodes: registered by their kubelets, ready with a network, not ready when the machine is gone.
package main

import (
	"context"
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/siderolabs/talos/pkg/machinery/resources/k8s"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// kubeletState is the kubelet's part of a boot.
type kubeletState struct {
	register bool                // it started and has not yet written its Node
	status   *k8s.NodeStatusSpec // what Talos knows of the Node
}

// kubelet is a running one, as the agent needs it.
type kubelet struct {
	boot         *Boot
	name         string
	ip           string
	uuid         string
	version      string
	talos        string
	register     bool
	cni          bool // the config brings a network itself
	controlPlane bool
	labels       map[string]string
	taints       []corev1.Taint
	staticPods   map[string]staticPod
}

// kubelets are those that run now; the lab is locked.
func (a *agent) kubelets() map[string]*kubelet {
	all := map[string]*kubelet{}
	for _, node := range a.kubernetes.cluster.nodes() {
		service := node.boot.services["kubelet"]
		if service == nil || !service.running || node.boot.busy || node.away() {
			continue
		}
		config := node.boot.config
		k := &kubelet{boot: node.boot, name: node.hostname(), ip: node.nodeIP(), uuid: node.machine.UUID, talos: node.boot.version,
			version: tag(config.Machine().Kubelet().Image()), register: node.boot.kubelet.register,
			cni: config.Cluster().Network().CNI().Name() != "none", controlPlane: config.controlPlane()}
		k.labels, k.taints = wantedLabels(config), wantedTaints(config)
		if k.controlPlane && node.boot.etcd.running {
			k.staticPods = node.staticPods()
		}
		all[k.name] = k
	}
	return all
}

func wantedLabels(config *NodeConfig) map[string]string {
	all := map[string]string{}
	if config.controlPlane() {
		all["node-role.kubernetes.io/control-plane"] = ""
	}
	maps.Copy(all, config.Machine().NodeLabels())
	return all
}

func wantedTaints(config *NodeConfig) []corev1.Taint {
	var all []corev1.Taint
	if config.controlPlane() && !config.Cluster().ScheduleOnControlPlanes() {
		all = append(all, corev1.Taint{Key: "node-role.kubernetes.io/control-plane", Effect: corev1.TaintEffectNoSchedule})
	}
	taints := config.Machine().NodeTaints()
	for _, key := range sortedKeys(taints) {
		value, effect, found := strings.Cut(taints[key], ":")
		if !found {
			value, effect = "", taints[key]
		}
		all = append(all, corev1.Taint{Key: key, Value: value, Effect: corev1.TaintEffect(effect)})
	}
	return all
}

func (a *agent) syncNodes(ctx context.Context, kubelets map[string]*kubelet) (err error) {
	for _, name := range sortedKeys(kubelets) {
		first(&err, a.syncNode(ctx, kubelets[name]))
	}
	nodes, listErr := a.nodes.List(labels.Everything())
	first(&err, listErr)
	for _, node := range nodes {
		if kubelets[node.Name] != nil {
			delete(a.gone, node.Name)
			continue
		}
		if a.gone[node.Name].IsZero() {
			a.gone[node.Name] = time.Now()
		}
		if time.Since(a.gone[node.Name]) > a.lab.options.Delay(2) {
			first(&err, a.loseNode(ctx, node))
		}
	}
	return err
}

// syncNode writes a Node: whole when its kubelet starts, then its status. A Node deleted meanwhile stays away.
func (a *agent) syncNode(ctx context.Context, k *kubelet) error {
	node, err := a.nodes.Get(k.name)
	if errors.IsNotFound(err) {
		if !k.register || k.ip == "" {
			a.tell(k, nil)
			return nil
		}
		node = &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: k.name, Labels: map[string]string{}, Annotations: map[string]string{}}}
		adopt(node, k)
		if node, err = a.api.CoreV1().Nodes().Create(ctx, node, create); err != nil {
			return err
		}
	}
	changed := node.DeepCopy()
	if adopt(changed, k); !equality.Semantic.DeepEqual(node, changed) {
		if changed, err = a.api.CoreV1().Nodes().Update(ctx, changed, update); err != nil {
			return err
		}
	}
	before := changed.DeepCopy()
	if a.fillStatus(changed, k); !equality.Semantic.DeepEqual(before.Status, changed.Status) {
		if changed, err = a.api.CoreV1().Nodes().UpdateStatus(ctx, changed, update); err != nil {
			return err
		}
	}
	a.tell(k, changed)
	return a.renewLease(ctx, k.name)
}

const ownedLabels, ownedTaints = "talos.dev/owned-labels", "talos.dev/owned-taints"

// adopt sets labels and taints of the config, and takes away those it set before and that are no longer wanted.
func adopt(node *corev1.Node, k *kubelet) {
	if node.Annotations == nil {
		node.Annotations = map[string]string{}
	}
	var owned []string
	json.Unmarshal([]byte(node.Annotations[ownedLabels]), &owned) //nolint:errcheck // none owned
	for _, key := range owned {
		if _, wanted := k.labels[key]; !wanted {
			delete(node.Labels, key)
		}
	}
	maps.Copy(node.Labels, map[string]string{"kubernetes.io/hostname": k.name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
		"beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "amd64"})
	maps.Copy(node.Labels, k.labels)
	node.Annotations[ownedLabels] = marshalled(sortedKeys(k.labels))

	owned = nil
	json.Unmarshal([]byte(node.Annotations[ownedTaints]), &owned) //nolint:errcheck // none owned
	var keys []string
	for _, taint := range k.taints {
		keys = append(keys, taint.Key)
	}
	node.Spec.Taints = slices.DeleteFunc(node.Spec.Taints, func(t corev1.Taint) bool {
		return slices.Contains(owned, t.Key) && !slices.Contains(keys, t.Key)
	})
	for _, taint := range k.taints {
		if !slices.ContainsFunc(node.Spec.Taints, func(t corev1.Taint) bool { return t.MatchTaint(&taint) }) {
			node.Spec.Taints = append(node.Spec.Taints, taint)
		}
	}
	node.Annotations[ownedTaints] = marshalled(keys)
}

func marshalled(list []string) string {
	slices.Sort(list)
	text, err := json.Marshal(list)
	check(err)
	return string(text)
}

func (a *agent) fillStatus(node *corev1.Node, k *kubelet) {
	node.Status.NodeInfo = corev1.NodeSystemInfo{MachineID: strings.ReplaceAll(k.uuid, "-", ""), SystemUUID: k.uuid, BootID: k.boot.id,
		KernelVersion: "6.12.0-talos", OSImage: "Talos (" + k.talos + ")", ContainerRuntimeVersion: "containerd://2.1.0",
		KubeletVersion: k.version, OperatingSystem: "linux", Architecture: "amd64"}
	node.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: k.ip}, {Type: corev1.NodeHostName, Address: k.name}}
	node.Status.Capacity = corev1.ResourceList{"cpu": resource.MustParse("4"), "memory": resource.MustParse("8Gi"),
		"pods": resource.MustParse("110"), "ephemeral-storage": resource.MustParse("40Gi")}
	node.Status.Allocatable = node.Status.Capacity
	ready, reason, text := corev1.ConditionFalse, "KubeletNotReady", "container runtime network not ready: cni plugin not initialized"
	if k.cni || a.hasNetwork(k.name) {
		ready, reason, text = corev1.ConditionTrue, "KubeletReady", "kubelet is posting ready status"
	}
	setCondition(node, corev1.NodeReady, ready, reason, text)
	for _, kind := range []corev1.NodeConditionType{corev1.NodeMemoryPressure, corev1.NodeDiskPressure, corev1.NodePIDPressure} {
		setCondition(node, kind, corev1.ConditionFalse, "KubeletHasSufficient", "")
	}
}

// hasNetwork: the pod of the DaemonSet cilium runs there.
func (a *agent) hasNetwork(node string) bool {
	pods, err := a.pods.Pods("kube-system").List(labels.Everything())
	return err == nil && slices.ContainsFunc(pods, func(pod *corev1.Pod) bool {
		owner := metav1.GetControllerOf(pod)
		return pod.Spec.NodeName == node && owner != nil && owner.Kind == "DaemonSet" && owner.Name == "cilium" && pod.Status.Phase == corev1.PodRunning
	})
}

func setCondition(node *corev1.Node, kind corev1.NodeConditionType, status corev1.ConditionStatus, reason, text string) {
	now := metav1.Now()
	for i := range node.Status.Conditions {
		condition := &node.Status.Conditions[i]
		if condition.Type != kind {
			continue
		}
		if condition.Status != status || condition.Reason != reason {
			*condition = corev1.NodeCondition{Type: kind, Status: status, Reason: reason, Message: text, LastHeartbeatTime: now, LastTransitionTime: now}
		} else if time.Since(condition.LastHeartbeatTime.Time) > 20*time.Second {
			condition.LastHeartbeatTime = now
		}
		return
	}
	node.Status.Conditions = append(node.Status.Conditions,
		corev1.NodeCondition{Type: kind, Status: status, Reason: reason, Message: text, LastHeartbeatTime: now, LastTransitionTime: now})
}

// loseNode says what the controller manager says of a node that no longer reports, and of its pods, only sooner.
func (a *agent) loseNode(ctx context.Context, node *corev1.Node) error {
	if err := a.losePods(ctx, node.Name); err != nil {
		return err
	}
	changed := node.DeepCopy()
	for _, condition := range node.Status.Conditions {
		if condition.Status != corev1.ConditionUnknown {
			setCondition(changed, condition.Type, corev1.ConditionUnknown, "NodeStatusUnknown", "Kubelet stopped posting node status.")
		}
	}
	if equality.Semantic.DeepEqual(node.Status, changed.Status) {
		return nil
	}
	_, err := a.api.CoreV1().Nodes().UpdateStatus(ctx, changed, update)
	return err
}

func (a *agent) losePods(ctx context.Context, node string) error {
	pods, err := a.pods.List(labels.Everything())
	for _, pod := range pods {
		if pod.Spec.NodeName != node || !podReady(pod) {
			continue
		}
		changed := pod.DeepCopy()
		for i := range changed.Status.Conditions {
			if condition := &changed.Status.Conditions[i]; condition.Type == corev1.PodReady {
				condition.Status, condition.LastTransitionTime = corev1.ConditionFalse, metav1.Now()
			}
		}
		if _, updateErr := a.api.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, changed, update); !errors.IsNotFound(updateErr) {
			first(&err, updateErr)
		}
	}
	return err
}

func nodeReady(node *corev1.Node) bool {
	return slices.ContainsFunc(node.Status.Conditions, func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
	})
}

// tell lets Talos know of the Node, and that the kubelet has registered.
func (a *agent) tell(k *kubelet, node *corev1.Node) {
	var status *k8s.NodeStatusSpec
	if node != nil {
		status = &k8s.NodeStatusSpec{Nodename: node.Name, NodeReady: nodeReady(node), Unschedulable: node.Spec.Unschedulable,
			Labels: node.Labels, Annotations: node.Annotations}
		for _, cidr := range node.Spec.PodCIDRs {
			if prefix, err := netip.ParsePrefix(cidr); err == nil {
				status.PodCIDRs = append(status.PodCIDRs, prefix)
			}
		}
	}
	a.lab.mu.Lock()
	defer a.lab.mu.Unlock()
	k.boot.kubelet.status = status
	if node != nil {
		k.boot.kubelet.register = false
	}
}

func (a *agent) renewLease(ctx context.Context, name string) error {
	if time.Since(a.leases[name]) < 10*time.Second {
		return nil
	}
	now := metav1.NewMicroTime(time.Now())
	seconds := int32(40)
	leases := a.api.CoordinationV1().Leases("kube-node-lease")
	lease, err := leases.Get(ctx, name, metav1.GetOptions{})
	if errors.IsNotFound(err) {
		lease = &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: coordinationv1.LeaseSpec{HolderIdentity: &name, LeaseDurationSeconds: &seconds, RenewTime: &now}}
		_, err = leases.Create(ctx, lease, create)
	} else if err == nil {
		lease.Spec.RenewTime = &now
		_, err = leases.Update(ctx, lease, update)
	}
	if err == nil {
		a.leases[name] = time.Now()
	}
	return err
}
