// What stands in for kubelets, scheduler and load balancer: it writes into the real API server what those would.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/netip"
	"time"

	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	apitypes "k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	apps "k8s.io/client-go/listers/apps/v1"
	core "k8s.io/client-go/listers/core/v1"
)

type agent struct {
	kubernetes *Kubernetes
	lab        *Lab
	api        *kubernetes.Clientset
	objects    *dynamic.DynamicClient
	factory    informers.SharedInformerFactory

	nodes    core.NodeLister
	pods     core.PodLister
	services core.ServiceLister
	claims   core.PersistentVolumeClaimLister
	sets     apps.DaemonSetLister

	gone      map[string]time.Time // since when a Node has no kubelet
	addresses map[string]int       // last pod address per node
	leases    map[string]time.Time // renewed
	pools     []addressPool
	pooled    time.Time
	ingress   map[netip.Addr]*http.Server
	complaint string
}

func newAgent(k *Kubernetes) *agent {
	a := &agent{kubernetes: k, lab: k.cluster.lab, api: kubernetes.NewForConfigOrDie(k.client), objects: dynamic.NewForConfigOrDie(k.client),
		gone: map[string]time.Time{}, addresses: map[string]int{}, leases: map[string]time.Time{}, ingress: map[netip.Addr]*http.Server{}}
	a.factory = informers.NewSharedInformerFactory(a.api, 0)
	a.nodes = a.factory.Core().V1().Nodes().Lister()
	a.pods = a.factory.Core().V1().Pods().Lister()
	a.services = a.factory.Core().V1().Services().Lister()
	a.claims = a.factory.Core().V1().PersistentVolumeClaims().Lister()
	a.sets = a.factory.Apps().V1().DaemonSets().Lister()
	return a
}

// run goes round until Kubernetes ends. While it is frozen nothing is done.
func (a *agent) run(ctx context.Context) {
	defer a.closeIngress()
	a.factory.Start(ctx.Done())
	a.factory.WaitForCacheSync(ctx.Done())
	for ctx.Err() == nil {
		a.lab.mu.Lock()
		kubelets, ready := a.kubelets(), a.kubernetes.phase == "ready"
		a.lab.mu.Unlock()
		if ready {
			round, cancel := context.WithTimeout(ctx, 10*time.Second)
			a.round(round, kubelets)
			cancel()
		}
		select {
		case <-ctx.Done():
		case <-time.After(150 * time.Millisecond):
		}
	}
}

// round is one look at everything; what fails is tried again in the next.
func (a *agent) round(ctx context.Context, kubelets map[string]*kubelet) {
	for _, step := range []func(context.Context, map[string]*kubelet) error{
		a.syncNodes, a.syncStaticPods, a.syncPods, a.syncServices, a.syncIngress, a.syncClaims,
	} {
		if err := step(ctx, kubelets); err != nil && ctx.Err() == nil {
			if err.Error() != a.complaint {
				a.complaint = err.Error()
				log.Printf("kubernetes agent: %v", err)
			}
		}
	}
}

// unsettled tells what still says that a machine lives which is gone; empty when nothing does.
func (a *agent) unsettled() string {
	a.lab.mu.Lock()
	kubelets := a.kubelets()
	a.lab.mu.Unlock()
	nodes, err := a.nodes.List(labels.Everything())
	if err != nil {
		return err.Error()
	}
	for _, node := range nodes {
		if kubelets[node.Name] == nil && nodeReady(node) {
			return fmt.Sprintf("node %s is ready without a kubelet", node.Name)
		}
	}
	pods, err := a.pods.List(labels.Everything())
	if err != nil {
		return err.Error()
	}
	ready := map[apitypes.UID]int32{}
	for _, pod := range pods {
		if !podReady(pod) || pod.Spec.NodeName == "" {
			continue
		}
		if kubelets[pod.Spec.NodeName] == nil {
			return fmt.Sprintf("pod %s/%s is ready without a kubelet", pod.Namespace, pod.Name)
		}
		if owner := metav1.GetControllerOf(pod); owner != nil {
			ready[owner.UID]++
		}
	}
	sets, err := a.sets.List(labels.Everything())
	if err != nil {
		return err.Error()
	}
	for _, set := range sets {
		if set.Status.NumberReady != ready[set.UID] {
			return fmt.Sprintf("daemon set %s/%s counts %d ready pods of %d", set.Namespace, set.Name, set.Status.NumberReady, ready[set.UID])
		}
	}
	return ""
}

var (
	create = metav1.CreateOptions{FieldManager: "lab"}
	update = metav1.UpdateOptions{FieldManager: "lab"}
)

// first keeps the first error of several; a conflict is none, the next round looks again.
func first(err *error, next error) {
	if *err == nil && !errors.IsConflict(next) {
		*err = next
	}
}
