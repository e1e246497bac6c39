// Static pods of the control plane, shown as mirror pods with the annotations that `talosctl upgrade-k8s` waits for.
package main

import (
	"context"

	"github.com/siderolabs/talos/pkg/machinery/resources/k8s"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	mirrorAnnotation = "kubernetes.io/config.mirror"
	configAnnotation = "talos.dev/config-version"
)

// staticPod is what a mirror pod is made from.
type staticPod struct {
	image   string
	version string // of the config resource
}

func isMirror(pod *corev1.Pod) bool { return pod.Annotations[mirrorAnnotation] != "" }

// staticPods by component; the lab is locked.
func (n *Node) staticPods() map[string]staticPod {
	cluster, state := n.boot.config.Cluster(), n.boot.state
	return map[string]staticPod{
		"kube-apiserver":          {cluster.APIServer().Image(), state.version(k8s.NewAPIServerConfig().Metadata())},
		"kube-controller-manager": {cluster.ControllerManager().Image(), state.version(k8s.NewControllerManagerConfig().Metadata())},
		"kube-scheduler":          {cluster.Scheduler().Image(), state.version(k8s.NewSchedulerConfig().Metadata())},
	}
}

func (a *agent) syncStaticPods(ctx context.Context, kubelets map[string]*kubelet) (err error) {
	for _, name := range sortedKeys(kubelets) {
		node, nodeErr := a.nodes.Get(name)
		if nodeErr != nil {
			continue // no mirror pod without a Node
		}
		for _, component := range sortedKeys(kubelets[name].staticPods) {
			first(&err, a.syncStaticPod(ctx, node, kubelets[name], component))
		}
	}
	return err
}

// syncStaticPod replaces a mirror pod whose config changed, as kubelets do.
func (a *agent) syncStaticPod(ctx context.Context, node *corev1.Node, k *kubelet, component string) error {
	pods := a.api.CoreV1().Pods("kube-system")
	wanted := k.staticPods[component]
	pod, err := a.pods.Pods("kube-system").Get(component + "-" + k.name)
	if err == nil {
		if pod.Annotations[configAnnotation] == wanted.version && pod.Spec.Containers[0].Image == wanted.image {
			if podReady(pod) && pod.Status.HostIP == k.ip {
				return nil
			}
			return a.startMirror(ctx, pod.DeepCopy(), k)
		}
		now := int64(0)
		if err := pods.Delete(ctx, pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &now}); err != nil && !errors.IsNotFound(err) {
			return err
		}
	} else if !errors.IsNotFound(err) {
		return err
	}
	controller := true
	pod = &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: component + "-" + k.name, Labels: map[string]string{"k8s-app": component, "component": component, "tier": "control-plane"},
			Annotations: map[string]string{mirrorAnnotation: wanted.version, "kubernetes.io/config.hash": wanted.version, "kubernetes.io/config.source": "file",
				configAnnotation: wanted.version, "talos.dev/secrets-version": "1"},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: node.Name, UID: node.UID, Controller: &controller}}},
		Spec: corev1.PodSpec{NodeName: k.name, HostNetwork: true, PriorityClassName: "system-cluster-critical",
			Containers:  []corev1.Container{{Name: component, Image: wanted.image, Command: []string{"/usr/local/bin/" + component}}},
			Tolerations: []corev1.Toleration{{Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute}}},
	}
	created, err := pods.Create(ctx, pod, create)
	if errors.IsAlreadyExists(err) { // the look is a little old
		return nil
	}
	if err != nil {
		return err
	}
	return a.startMirror(ctx, created, k)
}

func (a *agent) startMirror(ctx context.Context, pod *corev1.Pod, k *kubelet) error {
	now := metav1.Now()
	pod.Status.StartTime, pod.Status.HostIP, pod.Status.PodIP = &now, k.ip, k.ip
	pod.Status.HostIPs, pod.Status.PodIPs = []corev1.HostIP{{IP: k.ip}}, []corev1.PodIP{{IP: k.ip}}
	fillPodStatus(pod, false)
	_, err := a.api.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, pod, update)
	if errors.IsConflict(err) || errors.IsNotFound(err) {
		return nil
	}
	return err
}
