// What answers behind the addresses of load balancers: port 80 of each, told apart by host name as an ingress does.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var routeKind = schema.GroupVersionResource{Group: "traefik.io", Version: "v1alpha1", Resource: "ingressroutes"}

// syncIngress listens on the addresses that services have, and on no others.
func (a *agent) syncIngress(ctx context.Context, _ map[string]*kubelet) error {
	services, err := a.services.List(labels.Everything())
	if err != nil {
		return err
	}
	wanted := map[netip.Addr]bool{}
	for _, service := range services {
		if address, ok := serviceAddress(service); ok && service.Spec.Type == corev1.ServiceTypeLoadBalancer {
			wanted[address] = true
		}
	}
	for address, server := range a.ingress {
		if !wanted[address] {
			server.Close()
			delete(a.ingress, address)
		}
	}
	for address := range wanted {
		if a.ingress[address] == nil {
			first(&err, a.listen(address))
		}
	}
	return err
}

func (a *agent) listen(address netip.Addr) error {
	listener, err := net.Listen("tcp", netip.AddrPortFrom(address, 80).String())
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(a.route), ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	a.ingress[address] = server
	go server.Serve(listener) //nolint:errcheck // ends with Close
	return nil
}

// route: 200 with a service behind the host, 503 without one, 404 for a host that no route names.
func (a *agent) route(w http.ResponseWriter, r *http.Request) {
	host, _, _ := strings.Cut(r.Host, ":")
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	status := http.StatusNotFound
	if a.routesItself(ctx, host) {
		status = http.StatusOK
	} else if service := a.serviceOf(ctx, host); service != "" {
		status = http.StatusServiceUnavailable
		namespace, name, _ := strings.Cut(service, "/")
		if _, err := a.services.Services(namespace).Get(name); err == nil {
			status = http.StatusOK
		}
	}
	w.WriteHeader(status)
	fmt.Fprintf(w, "%d %s\n", status, host)
}

// serviceOf is namespace/name of the first Ingress for the host.
func (a *agent) serviceOf(ctx context.Context, host string) string {
	list, err := a.api.NetworkingV1().Ingresses("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return ""
	}
	for _, ingress := range list.Items {
		for _, rule := range ingress.Spec.Rules {
			if rule.Host == host && rule.HTTP != nil && len(rule.HTTP.Paths) > 0 && rule.HTTP.Paths[0].Backend.Service != nil {
				return ingress.Namespace + "/" + rule.HTTP.Paths[0].Backend.Service.Name
			}
		}
	}
	return ""
}

// routesItself: an IngressRoute of the ingress' own chart names the host.
func (a *agent) routesItself(ctx context.Context, host string) bool {
	list, err := a.objects.Resource(routeKind).List(ctx, metav1.ListOptions{})
	if err != nil {
		return false
	}
	for _, item := range list.Items {
		routes, _, _ := unstructured.NestedSlice(item.Object, "spec", "routes")
		for _, route := range routes {
			if fields, ok := route.(map[string]any); ok && strings.Contains(fmt.Sprint(fields["match"]), "`"+host+"`") {
				return true
			}
		}
	}
	return false
}

func (a *agent) closeIngress() {
	for address, server := range a.ingress {
		server.Close()
		delete(a.ingress, address)
	}
}
