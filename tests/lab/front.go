// Port 6443 of the control planes: a certificate for today's addresses, and the release that the config names.
package main

import (
	"crypto/tls"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	stdx509 "crypto/x509"
)

// front hands requests on to the one kube-apiserver, in the name of the client's certificate (as any
// authenticating proxy does, by the aggregator's CA), tokens as they are.
type front struct {
	kubernetes *Kubernetes
	target     *url.URL
	transport  *http.Transport
}

func newFront(k *Kubernetes) (*front, error) {
	config := k.config.Cluster()
	encoded, err := clientCertificate(config.AggregatorCA(), "front-proxy-client", "lab")
	if err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair(encoded.Crt, encoded.Key)
	if err != nil {
		return nil, err
	}
	target, err := url.Parse(k.client.Host)
	if err != nil {
		return nil, err
	}
	return &front{k, target, &http.Transport{
		TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool(config.IssuingCA().Crt), Certificates: []tls.Certificate{certificate}},
		ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute,
	}}, nil
}

// servesKubernetes: a control plane whose member votes, in an etcd with a leader.
func (n *Node) servesKubernetes() bool {
	if !n.configured() || !n.boot.config.controlPlane() || !n.boot.etcd.running || n.boot.busy {
		return false
	}
	cluster := n.cluster()
	etcd := cluster.main()
	if cluster.kubernetes.phase != "ready" || etcd == nil || n.disk.Etcd != etcd.ID || !etcd.serves() {
		return false
	}
	member := etcd.member(n.disk.MemberID)
	return member != nil && !member.Learner
}

// serve runs the API server's port of one control plane; the lab is locked.
func (k *Kubernetes) serve(n *Node, listener net.Listener) (stop func()) {
	f := k.front
	proxy := &httputil.ReverseProxy{Transport: f.transport, FlushInterval: -1, Rewrite: f.rewrite, ErrorLog: log.New(io.Discard, "", 0)}
	server := &http.Server{ReadHeaderTimeout: 30 * time.Second, ErrorLog: log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/version" && r.Method == http.MethodGet {
				f.version(w, r, n)
				return
			}
			proxy.ServeHTTP(w, r)
		}),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
			ClientAuth: tls.VerifyClientCertIfGiven, ClientCAs: pool(k.config.Cluster().IssuingCA().Crt),
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return n.kubernetesCertificate(k) }},
	}
	go server.ServeTLS(listener, "", "") //nolint:errcheck // ends with the listener
	return func() { server.Close() }
}

func (f *front) rewrite(r *httputil.ProxyRequest) {
	r.SetURL(f.target)
	for name := range r.Out.Header {
		if strings.HasPrefix(name, "X-Remote-") {
			r.Out.Header.Del(name)
		}
	}
	if certificate := client(r.In); certificate != nil {
		r.Out.Header.Del("Authorization")
		r.Out.Header.Set("X-Remote-User", certificate.Subject.CommonName)
		for _, group := range certificate.Subject.Organization {
			r.Out.Header.Add("X-Remote-Group", group)
		}
	} else if r.Out.Header.Get("Authorization") == "" {
		r.Out.Header.Set("X-Remote-User", "system:anonymous")
		r.Out.Header.Set("X-Remote-Group", "system:unauthenticated")
	}
}

func client(r *http.Request) *stdx509.Certificate {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return nil
	}
	return r.TLS.PeerCertificates[0]
}

// version is kube-apiserver's own answer under the release of the node's config.
func (f *front) version(w http.ResponseWriter, r *http.Request, n *Node) {
	response, err := (&http.Client{Transport: f.transport, Timeout: 10 * time.Second}).Get(f.target.String() + "/version")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	answer := map[string]any{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	lab := f.kubernetes.cluster.lab
	lab.mu.Lock()
	release := ""
	if n.configured() {
		release = tag(n.boot.config.Cluster().APIServer().Image())
	}
	lab.mu.Unlock()
	if parts := strings.Split(strings.TrimPrefix(release, "v"), "."); len(parts) >= 3 {
		answer["gitVersion"], answer["major"], answer["minor"] = release, parts[0], parts[1]
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer) //nolint:errcheck // the asker went away
}

// kubernetesCertificate carries what Talos puts there: addresses since the boot, the endpoint, the service address.
func (n *Node) kubernetesCertificate(k *Kubernetes) (*tls.Certificate, error) {
	lab := n.lab
	lab.mu.Lock()
	defer lab.mu.Unlock()
	if !n.configured() {
		return nil, errNoEtcd
	}
	config := n.boot.config.Cluster()
	all := []string{"127.0.0.1", "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
		"kubernetes.default.svc." + config.Network().DNSDomain(), config.Endpoint().Hostname(), n.hostname()}
	for _, prefix := range n.boot.seen {
		all = append(all, prefix.Addr().String())
	}
	if addresses, err := config.Network().APIServerIPs(); err == nil {
		for _, address := range addresses {
			all = append(all, address.String())
		}
	}
	all = names(all, config.CertSANs())
	return n.boot.kubeServing.get(all, func(names []string) (*tls.Certificate, error) {
		return serverCertificate(config.IssuingCA(), names)
	})
}
