// Addresses for Services from MetalLB's pools, and volumes for claims.
package main

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// addressPool is one range of an IPAddressPool.
type addressPool struct {
	name        string
	first, last netip.Addr
}

func (p addressPool) holds(address netip.Addr) bool {
	return !address.Less(p.first) && !p.last.Less(address)
}

var poolKind = schema.GroupVersionResource{Group: "metallb.io", Version: "v1beta1", Resource: "ipaddresspools"}

const fromPool = "metallb.io/ip-allocated-from-pool"

// readPools asks once a second; no such kind means no MetalLB, and no addresses.
func (a *agent) readPools(ctx context.Context) error {
	if time.Since(a.pooled) < time.Second {
		return nil
	}
	list, err := a.objects.Resource(poolKind).List(ctx, metav1.ListOptions{})
	if err != nil && !errors.IsNotFound(err) {
		return err
	}
	a.pooled, a.pools = time.Now(), nil
	if err != nil {
		return nil
	}
	for _, item := range list.Items {
		ranges, _, _ := unstructured.NestedStringSlice(item.Object, "spec", "addresses")
		for _, text := range ranges {
			if pool, ok := parsePool(item.GetName(), text); ok {
				a.pools = append(a.pools, pool)
			}
		}
	}
	return nil
}

// parsePool reads first-last or a CIDR.
func parsePool(name, text string) (addressPool, bool) {
	if prefix, err := netip.ParsePrefix(strings.TrimSpace(text)); err == nil {
		first := prefix.Masked().Addr()
		last := first
		for next := last.Next(); prefix.Contains(next); next = next.Next() {
			last = next
		}
		return addressPool{name, first, last}, true
	}
	from, to, _ := strings.Cut(text, "-")
	first, err := netip.ParseAddr(strings.TrimSpace(from))
	last, lastErr := netip.ParseAddr(strings.TrimSpace(to))
	return addressPool{name, first, last}, err == nil && lastErr == nil
}

func (a *agent) syncServices(ctx context.Context, _ map[string]*kubelet) error {
	if err := a.readPools(ctx); err != nil {
		return err
	}
	services, err := a.services.List(labels.Everything())
	if err != nil {
		return err
	}
	slices.SortFunc(services, func(x, y *corev1.Service) int { return strings.Compare(x.Namespace+"/"+x.Name, y.Namespace+"/"+y.Name) })
	used := map[netip.Addr]bool{}
	for _, service := range services {
		if address, ok := serviceAddress(service); ok {
			used[address] = true
		}
	}
	for _, service := range services {
		if service.Spec.Type != corev1.ServiceTypeLoadBalancer {
			continue
		}
		address, has := serviceAddress(service)
		if has && slices.ContainsFunc(a.pools, func(p addressPool) bool { return p.holds(address) }) || !has && len(a.pools) == 0 {
			continue
		}
		first(&err, a.giveAddress(ctx, service.DeepCopy(), used))
	}
	return err
}

func serviceAddress(service *corev1.Service) (netip.Addr, bool) {
	for _, ingress := range service.Status.LoadBalancer.Ingress {
		if address, err := netip.ParseAddr(ingress.IP); err == nil {
			return address, true
		}
	}
	return netip.Addr{}, false
}

// giveAddress takes the first free one; where the pools no longer hold the old one and none is free, it is taken away.
func (a *agent) giveAddress(ctx context.Context, service *corev1.Service, used map[netip.Addr]bool) error {
	service.Status.LoadBalancer.Ingress = nil
	name := ""
	for _, pool := range a.pools {
		for address := pool.first; name == "" && pool.holds(address); address = address.Next() {
			if !used[address] {
				used[address], name = true, pool.name
				mode := corev1.LoadBalancerIPModeVIP
				service.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: address.String(), IPMode: &mode}}
			}
		}
	}
	status := service.Status.DeepCopy()
	if service.Annotations == nil {
		service.Annotations = map[string]string{}
	}
	if service.Annotations[fromPool] = name; name == "" {
		delete(service.Annotations, fromPool)
	}
	services := a.api.CoreV1().Services(service.Namespace)
	service, err := services.Update(ctx, service, metav1.UpdateOptions{FieldManager: "controller"})
	if err != nil {
		return err
	}
	service.Status = *status
	_, err = services.UpdateStatus(ctx, service, metav1.UpdateOptions{FieldManager: "controller"})
	return err
}

// syncClaims makes a volume for each claim with a storage class; the controller manager binds them.
func (a *agent) syncClaims(ctx context.Context, _ map[string]*kubelet) error {
	claims, err := a.claims.List(labels.Everything())
	if err != nil {
		return err
	}
	for _, claim := range claims {
		if claim.Status.Phase == corev1.ClaimBound || claim.Spec.StorageClassName == nil || claim.Spec.VolumeName != "" {
			continue
		}
		volume := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "pvc-" + string(claim.UID)},
			Spec: corev1.PersistentVolumeSpec{Capacity: claim.Spec.Resources.Requests, AccessModes: claim.Spec.AccessModes,
				StorageClassName: *claim.Spec.StorageClassName, PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
				ClaimRef:               &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
				PersistentVolumeSource: corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/var/local-path-provisioner/" + string(claim.UID)}}}}
		if _, createErr := a.api.CoreV1().PersistentVolumes().Create(ctx, volume, create); createErr != nil && !errors.IsAlreadyExists(createErr) {
			first(&err, createErr)
		}
	}
	return err
}
