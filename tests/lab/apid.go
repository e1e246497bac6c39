// The API as it is reached from outside: TLS, roles, and forwarding to other nodes as Talos' apid does it.
package main

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"strings"

	"github.com/siderolabs/grpc-proxy/proxy"
	"github.com/siderolabs/talos/pkg/machinery/constants"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// Metadata between the outer and the inner servers.
const (
	rolesKey    = "talosapi-roles" // of the caller
	forwardKey  = "proxyfrom"      // set by the endpoint that forwards
	endpointKey = "lab-endpoint"   // the node that the client is connected to, for the call log
)

var streamed = []string{"/Copy", "/List", "/DiskUsage", "/Dmesg", "/EtcdSnapshot", "/Events", "/ImageList", "/Kubeconfig", "/Logs",
	"/PacketCapture", "/Read", "/os.OSService/Dmesg", "/cluster.ClusterService/HealthCheck"}

// serveAPI serves one address of a node.
func serveAPI(n *Node, boot *Boot, listener net.Listener) (stop func()) {
	apid := &apid{node: n, boot: boot}
	server := grpc.NewServer(
		grpc.Creds(credentials.NewTLS(&tls.Config{GetConfigForClient: apid.tlsConfig, MinVersion: tls.VersionTLS12})),
		grpc.ForceServerCodecV2(proxy.Codec()),
		grpc.MaxRecvMsgSize(constants.GRPCMaxMessageSize),
		grpc.UnknownServiceHandler(proxy.TransparentHandler(apid.direct, proxy.WithStreamedDetector(isStreamed))),
	)
	go server.Serve(listener) //nolint:errcheck // ends with the listener
	// Stop waits for handshakes, which may wait for the lab: it must not be waited for with the lab locked.
	return func() {
		listener.Close()
		go server.Stop()
	}
}

func isStreamed(method string) bool {
	return slices.ContainsFunc(streamed, func(suffix string) bool { return strings.HasSuffix(method, suffix) })
}

type apid struct {
	node *Node
	boot *Boot
}

// tlsConfig is made at each handshake: addresses move, and certificates carry them.
func (a *apid) tlsConfig(*tls.ClientHelloInfo) (*tls.Config, error) {
	lab := a.node.lab
	lab.mu.Lock()
	defer lab.mu.Unlock()
	certificate, err := a.node.apiCertificate()
	if err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"}, Certificates: []tls.Certificate{*certificate}}
	if a.boot.config == nil {
		return config, nil
	}
	var authorities [][]byte
	for _, authority := range a.boot.config.Machine().Security().AcceptedCAs() {
		authorities = append(authorities, authority.Crt)
	}
	if ca := a.boot.config.Machine().Security().IssuingCA(); ca != nil {
		authorities = append(authorities, ca.Crt)
	}
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, pool(authorities...)
	return config, nil
}

// apiCertificate names all addresses since the boot. Workers have no key of the CA: a control plane of
// their cluster signs for them.
func (n *Node) apiCertificate() (*tls.Certificate, error) {
	var all []string
	for _, address := range n.boot.seen {
		all = append(all, address.Addr().String())
	}
	if n.boot.config == nil {
		return n.boot.apiServing.get(all, maintenanceCertificate)
	}
	all = names(all, []string{n.hostname()}, n.boot.config.Machine().Security().CertSANs())
	ca := n.lab.machineCA(n.boot.config)
	if ca == nil {
		return n.boot.apiServing.certificate, nil // nobody signs a new one now
	}
	return n.boot.apiServing.get(all, func(names []string) (*tls.Certificate, error) { return serverCertificate(ca, names) })
}

// direct decides who answers a call.
func (a *apid) direct(ctx context.Context, method string) (proxy.Mode, []proxy.Backend, error) {
	lab := a.node.lab
	lab.mu.Lock()
	defer lab.mu.Unlock()
	local := []proxy.Backend{&localBackend{a, a.roles(ctx)}}
	md, _ := metadata.FromIncomingContext(ctx)
	node, nodes := md["node"], md["nodes"]
	if len(md[forwardKey]) > 0 || a.boot.config == nil || len(node)+len(nodes) == 0 {
		return proxy.One2One, local, nil
	}
	if len(node) > 1 {
		return proxy.One2One, nil, status.Error(codes.InvalidArgument, "node metadata must be single-valued")
	}
	if !a.boot.config.controlPlane() {
		if targets := append(slices.Clone(node), nodes...); len(targets) == 1 && a.node.answersTo(targets[0]) {
			return proxy.One2One, local, nil
		}
		return proxy.One2One, nil, status.Error(codes.PermissionDenied, "no request forwarding")
	}
	if len(nodes) == 0 {
		return proxy.One2One, []proxy.Backend{a.remote(node[0], a.roles(ctx))}, nil
	}
	if strings.HasPrefix(method, "/cosi.") {
		return proxy.One2One, nil, status.Error(codes.InvalidArgument, "one-2-many proxying is not supported for COSI methods")
	}
	var backends []proxy.Backend
	for _, target := range nodes {
		backends = append(backends, a.remote(target, a.roles(ctx)))
	}
	return proxy.One2Many, backends, nil
}

// roles are those of the client's certificate; another endpoint speaks for its own caller; in maintenance everybody reads.
func (a *apid) roles(ctx context.Context) []string {
	if a.boot.config == nil {
		return []string{"os:reader"}
	}
	var roles []string
	if client, ok := peer.FromContext(ctx); ok {
		if info, ok := client.AuthInfo.(credentials.TLSInfo); ok && len(info.State.PeerCertificates) > 0 {
			roles = info.State.PeerCertificates[0].Subject.Organization
		}
	}
	if slices.Contains(roles, "os:impersonator") {
		md, _ := metadata.FromIncomingContext(ctx)
		return md[rolesKey]
	}
	return roles
}
