// A cluster's life by hand: talosctl, kubectl and helm as a person would call them.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// generate makes secrets and configs for nodes with node addresses beside DHCP.
func (b *bench) generate(endpoint, kubernetes string) {
	b.must(60, "talosctl", "gen", "secrets", "-o", "secrets.yaml")
	b.must(60, "talosctl", "gen", "config", "demo", endpoint, "--with-secrets", "secrets.yaml", "--with-docs=false", "--with-examples=false",
		"--kubernetes-version", kubernetes, "--install-image", "ghcr.io/siderolabs/installer:v1.12.4", "-o", ".")
}

// nodeConfig is a base with host name, node address and no network of Talos' own.
func (b *bench) nodeConfig(name string, number int) {
	base := "controlplane.yaml"
	patch := fmt.Sprintf(`apiVersion: v1alpha1
kind: HostnameConfig
hostname: %s
auto: off
---
machine:
  kubelet: {nodeIP: {validSubnets: [10.77.12.0/24]}}
  network:
    interfaces: [{deviceSelector: {hardwareAddr: "02:15:5d:00:00:%02x"}, dhcp: true, addresses: [10.77.12.%d/24]}]
`, name, len(b.world.Machines), number)
	if strings.HasPrefix(name, "w") {
		base = "worker.yaml"
	} else {
		patch += "cluster: {network: {cni: {name: none}}, proxy: {disabled: true}, etcd: {advertisedSubnets: [10.77.12.0/24]}}\n"
	}
	if base == "worker.yaml" {
		patch += "cluster: {network: {cni: {name: none}}}\n"
	}
	b.write(name+".patch.yaml", patch, 0o600)
	b.must(20, "talosctl", "machineconfig", "patch", base, "-p", "@"+name+".patch.yaml", "-o", name+".yaml")
}

// give adds a machine and applies its config.
func (b *bench) give(name string, last, number int) {
	b.add(name, last)
	b.nodeConfig(name, number)
	b.until(30, func(r result) bool { return r.code == 0 }, "talosctl", "apply-config", "--insecure", "-n", b.subnet+fmt.Sprint(last), "-f", name+".yaml")
}

// at asks node addresses through the endpoint.
func (b *bench) at(endpoint, nodes string, command ...string) []string {
	return append(command, "--talosconfig", "talosconfig", "-e", b.subnet+endpoint, "-n", nodes)
}

// kubeconfig fetches one that goes by the DHCP address of a control plane.
func (b *bench) kubeconfig(endpoint, node string) {
	b.must(30, "talosctl", b.at(endpoint, node, "kubeconfig", "kubeconfig", "--force", "--merge=false")...)
	b.must(30, "kubectl", "config", "set-cluster", "demo", "--server=https://"+b.subnet+endpoint+":6443")
}

func (b *bench) chart(name string) string {
	path, err := filepath.Abs("charts/" + name)
	check(err)
	return path
}

func (b *bench) members(endpoint, node string, count int) {
	b.until(60, func(r result) bool {
		return strings.Count(r.out, " false\n") == count && strings.Count(r.out, "\n") == count+1
	},
		"talosctl", b.at(endpoint, node, "etcd", "members")...)
}

func TestAClusterLives(t *testing.T) {
	b := newBench(t, 2)
	b.generate("https://10.77.12.2:6443", "1.34.2")
	b.give("cp-1", 11, 11)
	b.give("cp-2", 12, 12)
	b.give("cp-3", 13, 13)
	b.give("w-1", 21, 51)
	started := time.Now()
	b.until(60, func(r result) bool { return r.code == 0 }, "talosctl", b.at("11", "10.77.12.11", "bootstrap")...)
	b.members("11", "10.77.12.11", 3)
	t.Logf("three members after %.1f s", time.Since(started).Seconds())
	b.kubeconfig("11", "10.77.12.11")
	b.until(120, func(r result) bool { return strings.Count(r.out, "NotReady") == 4 }, "kubectl", "get", "nodes")
	t.Logf("four nodes after %.1f s", time.Since(started).Seconds())
	b.must(120, "helm", "install", "cilium", b.chart("cilium"), "-n", "kube-system", "--wait", "--timeout", "100s", "--set", "envoy.enabled=false")
	b.until(60, func(r result) bool { return strings.Count(r.out, " Ready ") == 4 }, "kubectl", "get", "nodes", "-o", "wide")
	t.Logf("all ready after %.1f s", time.Since(started).Seconds())

	t.Run("LoadBalancer", b.loadBalancer)
	t.Run("ScaleDown", b.scaleDown)
	t.Run("Upgrade", b.upgrade)
	t.Run("UpgradeKubernetes", b.upgradeKubernetes)
	t.Run("Reset", b.reset)
	t.Run("Readdress", b.readdress)
	t.Run("Quorum", b.quorum)
	if len(b.lab.anomalies) > 0 {
		t.Errorf("anomalies: %v", b.lab.anomalies)
	}
	b.noSecrets(t)
}

func (b *bench) loadBalancer(t *testing.T) {
	b.must(30, "kubectl", "create", "namespace", "metallb-system")
	b.must(30, "kubectl", "label", "namespace", "metallb-system", "pod-security.kubernetes.io/enforce=privileged")
	b.must(60, "helm", "install", "metallb", b.chart("metallb"), "-n", "metallb-system", "--wait", "--timeout", "50s")
	b.pool()
	b.must(60, "helm", "install", "traefik", b.chart("traefik"), "-n", "traefik", "--create-namespace", "--wait", "--timeout", "50s")
	b.until(20, shows(b.subnet+"200"), "kubectl", "get", "service", "-n", "traefik", "traefik")
}

// scaleDown goes from three control planes to two, as it should be done.
func (b *bench) scaleDown(t *testing.T) {
	b.must(60, "talosctl", b.at("11", "10.77.12.11", "etcd", "snapshot", "before.db")...)
	b.must(60, "kubectl", "drain", "cp-3", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=40s")
	b.must(60, "talosctl", b.at("11", "10.77.12.13", "etcd", "forfeit-leadership")...)
	b.must(60, "talosctl", b.at("11", "10.77.12.13", "etcd", "leave")...)
	b.members("11", "10.77.12.11", 2)
	b.change("cp-3", func(m *Machine) { m.Power, m.BootID, m.Address = "off", "", "" })
	b.until(30, func(r result) bool { return strings.Contains(r.out, "NotReady") }, "kubectl", "get", "node", "cp-3")
	b.must(30, "kubectl", "delete", "node", "cp-3")
	if r := b.run(30, "talosctl", b.at("11", "10.77.12.13", "version")...); r.code == 0 || !strings.Contains(r.err, "no route to host") {
		t.Errorf("a machine that is off answers: %s%s", r.out, r.err)
	}
}

func (b *bench) upgrade(t *testing.T) {
	image := "ghcr.io/siderolabs/installer:v1.12.6"
	r := b.run(60, "talosctl", b.at("11", "10.77.12.12", "upgrade", "--image", image, "--timeout", "30s")...)
	if !strings.Contains(r.err, "etcd member count(2) is insufficient to maintain quorum") {
		t.Errorf("two members were not protected: %s", r.err)
	}
	b.must(120, "talosctl", b.at("11", "10.77.12.51", "upgrade", "--image", image, "--timeout", "100s")...)
	b.until(60, shows("Tag:         v1.12.6"), "talosctl", b.at("11", "10.77.12.51", "version")...)
	b.settled("w-1")
}

func (b *bench) upgradeKubernetes(t *testing.T) {
	started := time.Now()
	b.until(60, func(r result) bool { return strings.Count(r.out, " Ready ") == 3 }, "kubectl", "get", "nodes")
	b.must(240, "talosctl", b.at("11", "10.77.12.11", "upgrade-k8s", "--to", "1.35.2", "--endpoint", "https://"+b.subnet+"11:6443",
		"--with-docs=false", "--with-examples=false")...)
	b.until(30, func(r result) bool { return strings.Count(r.out, "v1.35.2") == 3 }, "kubectl", "get", "nodes")
	b.until(30, shows("Server Version: v1.35.2"), "kubectl", "version")
	t.Logf("Kubernetes upgraded in %.1f s", time.Since(started).Seconds())
}

func (b *bench) reset(t *testing.T) {
	b.must(60, "talosctl", b.at("11", "10.77.12.51", "reset", "--wait=false", "--reboot", "--graceful=false", "--system-labels-to-wipe", "STATE",
		"--system-labels-to-wipe", "EPHEMERAL")...)
	b.until(40, shows(`"stage": "maintenance"`), "talosctl", "get", "machinestatus", "--insecure", "-n", b.subnet+"21", "-o", "json")
	b.must(30, "kubectl", "delete", "node", "w-1")
	b.must(30, "talosctl", "apply-config", "--insecure", "-n", b.subnet+"21", "-f", "w-1.yaml")
	b.until(60, shows(" Ready "), "kubectl", "get", "node", "w-1")
	b.until(30, shows("v1.12.6"), "talosctl", b.at("11", "10.77.12.51", "version")...)
}

// readdress moves all DHCP addresses at once: the node addresses keep the cluster together.
func (b *bench) readdress(t *testing.T) {
	for i, last := range []string{"31", "32", "33", "41"} {
		if b.world.Machines[i].Address != "" {
			b.world.Machines[i].Address = b.subnet + last
		}
	}
	b.saveWorld()
	b.members("31", "10.77.12.11", 2)
	b.kubeconfig("31", "10.77.12.11")
	b.until(60, func(r result) bool { return strings.Count(r.out, " Ready ") == 3 }, "kubectl", "get", "nodes")
	if r := b.run(10, "talosctl", b.at("11", "10.77.12.11", "version")...); r.code == 0 {
		t.Error("the old address still answers")
	}
}

// quorum is lost with one of two; the survivor's status and a snapshot can still be had. Then it comes back.
func (b *bench) quorum(t *testing.T) {
	b.change("cp-2", func(m *Machine) { m.Power, m.BootID, m.Address = "off", "", "" })
	b.until(30, func(r result) bool { return strings.Contains(r.err, "no leader") }, "talosctl", b.at("31", "10.77.12.11", "etcd", "members")...)
	b.until(10, func(r result) bool { return strings.Contains(r.out, "no leader") }, "talosctl", b.at("31", "10.77.12.11", "etcd", "status")...)
	b.must(30, "talosctl", b.at("31", "10.77.12.11", "etcd", "snapshot", "alone.db")...)
	if r := b.run(20, "kubectl", "get", "nodes", "--request-timeout=5s"); r.code == 0 {
		t.Error("the API server answers without quorum")
	}
	b.change("cp-2", func(m *Machine) { m.Power, m.BootID, m.Address = "running", "again", b.subnet+"32" })
	b.members("31", "10.77.12.11", 2)
	b.until(60, func(r result) bool { return strings.Count(r.out, " Ready ") == 3 }, "kubectl", "get", "nodes")
}

// noSecrets looks for the cluster's secrets in the call log.
func (b *bench) noSecrets(t *testing.T) {
	log, err := os.ReadFile(b.path("state/calls.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := os.ReadFile(b.path("secrets.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range strings.Fields(string(secrets)) {
		if len(word) > 15 && strings.Contains(string(log), word) {
			t.Errorf("the call log holds a secret")
		}
	}
	lines := strings.Split(strings.TrimSpace(string(log)), "\n")
	for _, line := range lines {
		var call Call
		if err := json.Unmarshal([]byte(line), &call); err != nil || call.Node == "" || call.Method == "" {
			t.Fatalf("a bad line of the call log: %s", line)
		}
	}
	t.Logf("%d calls", len(lines))
}
