// Pods: bound to nodes that take them, running a moment later, gone when they are to end.
package main

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
)

func (a *agent) syncPods(ctx context.Context, kubelets map[string]*kubelet) (err error) {
	pods, err := a.pods.List(labels.Everything())
	if err != nil {
		return err
	}
	load := map[string]int{}
	for _, pod := range pods {
		load[pod.Spec.NodeName]++
	}
	for _, pod := range pods {
		var stepErr error
		switch {
		case pod.DeletionTimestamp != nil:
			stepErr = a.finishPod(ctx, pod, kubelets[pod.Spec.NodeName])
		case pod.Spec.NodeName == "":
			stepErr = a.bindPod(ctx, pod, load)
		case kubelets[pod.Spec.NodeName] != nil:
			stepErr = a.runPod(ctx, pod, kubelets[pod.Spec.NodeName])
		}
		if !errors.IsNotFound(stepErr) {
			first(&err, stepErr)
		}
	}
	return err
}

// finishPod ends a terminating pod: at once where its kubelet runs; after a while, as a person would by force,
// where the machine is gone.
func (a *agent) finishPod(ctx context.Context, pod *corev1.Pod, k *kubelet) error {
	patience := 200 * time.Millisecond
	if k == nil {
		patience = a.lab.options.Delay(10)
	}
	grace := time.Duration(0)
	if pod.DeletionGracePeriodSeconds != nil {
		grace = time.Duration(*pod.DeletionGracePeriodSeconds) * time.Second // the timestamp lies that far ahead
	}
	if time.Since(pod.DeletionTimestamp.Add(-grace)) < patience {
		return nil
	}
	now := int64(0)
	return a.api.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name,
		metav1.DeleteOptions{GracePeriodSeconds: &now, Preconditions: metav1.NewUIDPreconditions(string(pod.UID))})
}

// bindPod takes the node with the fewest pods of those that fit.
func (a *agent) bindPod(ctx context.Context, pod *corev1.Pod, load map[string]int) error {
	nodes, err := a.nodes.List(labels.Everything())
	if err != nil {
		return err
	}
	best := ""
	for _, node := range nodes {
		if fits(pod, node) && (best == "" || load[node.Name] < load[best] || load[node.Name] == load[best] && node.Name < best) {
			best = node.Name
		}
	}
	if best == "" {
		return nil
	}
	load[best]++
	return a.api.CoreV1().Pods(pod.Namespace).Bind(ctx, &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: pod.Name, UID: pod.UID},
		Target: corev1.ObjectReference{Kind: "Node", Name: best}}, create)
}

func fits(pod *corev1.Pod, node *corev1.Node) bool {
	if matches, err := nodeaffinity.GetRequiredNodeAffinity(pod).Match(node); err != nil || !matches {
		return false
	}
	taints := node.Spec.Taints
	if node.Spec.Unschedulable {
		taints = append(slices.Clone(taints), corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	}
	for _, taint := range taints {
		if taint.Effect != corev1.TaintEffectPreferNoSchedule && !slices.ContainsFunc(pod.Spec.Tolerations, func(t corev1.Toleration) bool { return tolerates(t, taint) }) {
			return false
		}
	}
	return true
}

func tolerates(t corev1.Toleration, taint corev1.Taint) bool {
	if t.Effect != "" && t.Effect != taint.Effect || t.Key != "" && t.Key != taint.Key {
		return false
	}
	return t.Operator == corev1.TolerationOpExists || t.Key != "" && t.Value == taint.Value
}

// runPod starts a pod whose node has a network, or that needs none; pods of Jobs succeed.
func (a *agent) runPod(ctx context.Context, pod *corev1.Pod, k *kubelet) error {
	if isMirror(pod) || pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
		return nil
	}
	running := pod.Status.Phase == corev1.PodRunning
	if running && (!endsByItself(pod) || time.Since(pod.Status.StartTime.Time) < a.lab.options.Delay(0.5)) {
		if running && podReady(pod) {
			return nil
		}
	}
	if !pod.Spec.HostNetwork && !k.cni && !a.hasNetwork(k.name) || a.waitsForVolume(pod) {
		return nil
	}
	changed := pod.DeepCopy()
	if changed.Status.StartTime == nil {
		now := metav1.Now()
		changed.Status.StartTime = &now
	}
	changed.Status.HostIP, changed.Status.PodIP = k.ip, k.ip
	if !pod.Spec.HostNetwork {
		changed.Status.PodIP = a.podAddress(pod, k)
	}
	changed.Status.PodIPs, changed.Status.HostIPs = []corev1.PodIP{{IP: changed.Status.PodIP}}, []corev1.HostIP{{IP: k.ip}}
	fillPodStatus(changed, running && endsByItself(pod))
	_, err := a.api.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, changed, update)
	return err
}

func endsByItself(pod *corev1.Pod) bool { return pod.Spec.RestartPolicy != corev1.RestartPolicyAlways }

func podReady(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

func (a *agent) waitsForVolume(pod *corev1.Pod) bool {
	for _, volume := range pod.Spec.Volumes {
		if volume.PersistentVolumeClaim == nil {
			continue
		}
		claim, err := a.claims.PersistentVolumeClaims(pod.Namespace).Get(volume.PersistentVolumeClaim.ClaimName)
		if err != nil || claim.Status.Phase != corev1.ClaimBound {
			return true
		}
	}
	return false
}

func (a *agent) podAddress(pod *corev1.Pod, k *kubelet) string {
	if pod.Status.PodIP != "" {
		return pod.Status.PodIP
	}
	node, err := a.nodes.Get(k.name)
	if err != nil {
		return k.ip
	}
	prefix, err := netip.ParsePrefix(node.Spec.PodCIDR)
	if err != nil {
		return k.ip
	}
	a.addresses[k.name] = a.addresses[k.name]%250 + 1
	address := prefix.Addr()
	for i := 0; i <= a.addresses[k.name]; i++ {
		address = address.Next()
	}
	return address.String()
}

// fillPodStatus writes what a kubelet reports of a pod all of whose containers run, or ended well.
func fillPodStatus(pod *corev1.Pod, ended bool) {
	now := metav1.Now()
	pod.Status.Phase = corev1.PodRunning
	status, reason := corev1.ConditionTrue, ""
	if ended {
		pod.Status.Phase, status, reason = corev1.PodSucceeded, corev1.ConditionFalse, "PodCompleted"
	}
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionTrue, LastTransitionTime: now},
		{Type: corev1.PodInitialized, Status: corev1.ConditionTrue, Reason: reason, LastTransitionTime: now},
		{Type: corev1.ContainersReady, Status: status, Reason: reason, LastTransitionTime: now},
		{Type: corev1.PodReady, Status: status, Reason: reason, LastTransitionTime: now}}
	done := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: now, FinishedAt: now}}
	state := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}}
	if ended {
		state = done
	}
	pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses = nil, nil
	for _, container := range pod.Spec.InitContainers {
		pod.Status.InitContainerStatuses = append(pod.Status.InitContainerStatuses, containerStatus(pod, container, done, true))
	}
	for _, container := range pod.Spec.Containers {
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, containerStatus(pod, container, state, !ended))
	}
}

func containerStatus(pod *corev1.Pod, container corev1.Container, state corev1.ContainerState, ready bool) corev1.ContainerStatus {
	started := true
	return corev1.ContainerStatus{Name: container.Name, Image: container.Image, ImageID: container.Image, Ready: ready, Started: &started, State: state,
		ContainerID: fmt.Sprintf("containerd://%s-%s", pod.UID, container.Name)}
}
