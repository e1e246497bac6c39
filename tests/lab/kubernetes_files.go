// Files and arguments of kube-apiserver and kube-controller-manager, out of the machine config as Talos makes them.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/client-go/rest"
)

func (k *Kubernetes) path(name string) string { return filepath.Join(k.cluster.folder, name) }

func (k *Kubernetes) writeFiles() error {
	cluster := k.config.Cluster()
	serving, encoded, err := issue(cluster.IssuingCA(), []string{"127.0.0.1", "localhost"}, serverUsage...)
	if err != nil || serving == nil {
		return fmt.Errorf("the cluster's CA: %w", err)
	}
	account, err := cluster.ServiceAccount().GetKey()
	if err != nil {
		return fmt.Errorf("the service account key: %w", err)
	}
	admin, err := clientCertificate(cluster.IssuingCA(), "lab", "system:masters")
	if err != nil {
		return err
	}
	k.client = &rest.Config{QPS: 500, Burst: 1000,
		TLSClientConfig: rest.TLSClientConfig{CAData: cluster.IssuingCA().Crt, CertData: admin.Crt, KeyData: admin.Key}}
	admission, err := k.admission()
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"ca.crt": cluster.IssuingCA().Crt, "ca.key": cluster.IssuingCA().Key, "aggregator.crt": cluster.AggregatorCA().Crt,
		"serving.crt": encoded.Crt, "serving.key": encoded.Key, "admin.crt": admin.Crt, "admin.key": admin.Key,
		"account.key": account.GetPrivateKeyPEM(), "account.pub": account.GetPublicKeyPEM(),
		"encryption.yaml": []byte(k.encryption()), "admission.json": admission,
	} {
		if err := os.WriteFile(k.path(name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (k *Kubernetes) encryption() string {
	return fmt.Sprintf(`apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets]
  providers:
  - secretbox: {keys: [{name: key2, secret: %s}]}
  - identity: {}
`, k.config.Cluster().SecretboxEncryptionSecret())
}

// admission holds the Pod Security rules of the config: pods that a namespace may not have are refused.
func (k *Kubernetes) admission() ([]byte, error) {
	plugins := []map[string]any{}
	for _, plugin := range k.config.Cluster().APIServer().AdmissionControl() {
		plugins = append(plugins, map[string]any{"name": plugin.Name(), "configuration": plugin.Configuration()})
	}
	return json.Marshal(map[string]any{"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration", "plugins": plugins})
}

func (k *Kubernetes) apiArguments(etcd string) []string {
	k.client.Host = fmt.Sprintf("https://127.0.0.1:%d", k.apiPort)
	return []string{
		"--etcd-servers=" + etcd, "--bind-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", k.apiPort),
		"--advertise-address=192.0.2.1", "--endpoint-reconciler-type=none", // nothing is reached by this address
		"--tls-cert-file=" + k.path("serving.crt"), "--tls-private-key-file=" + k.path("serving.key"),
		"--client-ca-file=" + k.path("ca.crt"), "--authorization-mode=Node,RBAC", "--allow-privileged=true",
		"--service-account-key-file=" + k.path("account.pub"), "--service-account-signing-key-file=" + k.path("account.key"),
		"--service-account-issuer=" + k.config.Cluster().Endpoint().String(),
		"--service-cluster-ip-range=" + strings.Join(k.config.Cluster().Network().ServiceCIDRs(), ","),
		"--requestheader-client-ca-file=" + k.path("aggregator.crt"), "--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--encryption-provider-config=" + k.path("encryption.yaml"), "--admission-control-config-file=" + k.path("admission.json"),
		"--default-not-ready-toleration-seconds=5", "--default-unreachable-toleration-seconds=5", // 300 in truth
		"--profiling=false", "--event-ttl=10m",
	}
}

func (k *Kubernetes) managerArguments() []string {
	encode := base64.StdEncoding.EncodeToString
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
clusters: [{name: lab, cluster: {server: %q, certificate-authority-data: %s}}]
users: [{name: lab, user: {client-certificate-data: %s, client-key-data: %s}}]
contexts: [{name: lab, context: {cluster: lab, user: lab}}]
current-context: lab
`, k.client.Host, encode(k.client.CAData), encode(k.client.CertData), encode(k.client.KeyData))
	complain(os.WriteFile(k.path("manager.kubeconfig"), []byte(text), 0o600))
	network := k.config.Cluster().Network()
	return []string{
		"--kubeconfig=" + k.path("manager.kubeconfig"), "--leader-elect=false", "--secure-port=0", "--profiling=false",
		"--service-account-private-key-file=" + k.path("account.key"), "--root-ca-file=" + k.path("ca.crt"),
		"--cluster-signing-cert-file=" + k.path("ca.crt"), "--cluster-signing-key-file=" + k.path("ca.key"),
		"--allocate-node-cidrs=true", "--cluster-cidr=" + strings.Join(network.PodCIDRs(), ","),
		"--service-cluster-ip-range=" + strings.Join(network.ServiceCIDRs(), ","),
		"--kube-api-qps=200", "--kube-api-burst=400", "--pvclaimbinder-sync-period=1s",
		"--node-monitor-period=1s", "--node-eviction-rate=100", "--secondary-node-eviction-rate=100",
	}
}
