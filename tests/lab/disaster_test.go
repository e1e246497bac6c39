// What goes wrong in a cluster's life: dead machines, lost data, nodes that hang, things done twice.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
)

// off switches a machine off, as the host does.
func (b *bench) off(name string) {
	b.change(name, func(m *Machine) { m.Power, m.BootID, m.Address = "off", "", "" })
}

// remake gives a machine a new VM with a blank disk.
func (b *bench) remake(name string, last int) {
	b.change(name, func(m *Machine) {
		m.ID, m.Power, m.BootID, m.Address, m.Disk = m.ID+"-again", "running", m.BootID+"-again", b.subnet+fmt.Sprint(last), m.Disk+"-again"
	})
}

// ask posts to the control socket.
func (b *bench) ask(path string) {
	b.t.Helper()
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", b.path("state/control.sock"))
	}}}
	response, err := client.Post("http://lab"+path, "", nil)
	if err != nil {
		b.t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		b.t.Fatalf("%s: %s", path, response.Status)
	}
}

// three is a cluster of three control planes, as the recordings have it.
func three(t *testing.T) *bench {
	b := newBench(t, 3)
	b.recordedConfigs()
	for i, name := range []string{"cp-1", "cp-2", "cp-3"} {
		b.join(name, 11+i)
	}
	b.until(30, func(r result) bool { return r.code == 0 }, "talosctl", b.talos("11", "bootstrap")...)
	b.three("11")
	return b
}

func (b *bench) three(last string) {
	b.t.Helper()
	b.until(60, func(r result) bool { return strings.Count(r.out, " false") == 3 }, "talosctl", b.talos(last, "etcd", "members")...)
}

func TestADeadControlPlaneIsReplaced(t *testing.T) {
	b := three(t)
	b.off("cp-3")
	b.wait(10, "cp-3 is seen to be down", func() bool {
		return b.lab.node("cp-1").cluster().main().member(b.lab.disk(b.world.Machines[2].Disk).MemberID).node == nil
	})
	b.add("cp-4", 14)
	b.hostConfig("controlplane.yaml", "cp-4")
	b.until(30, func(r result) bool { return r.code == 0 }, "talosctl", "apply-config", "--insecure", "-n", b.subnet+"14", "-f", "cp-4.yaml")
	b.settledBooting("cp-4")
	if r := b.run(30, "talosctl", b.talos("11", "etcd", "members")...); strings.Contains(r.out, "cp-4") {
		t.Errorf("cp-4 joined although a member is down:\n%s", r.out)
	}
	id := ""
	for _, line := range strings.Split(b.must(30, "talosctl", b.talos("11", "etcd", "members")...), "\n") {
		if strings.Contains(line, "cp-3") {
			id = strings.Fields(line)[1]
		}
	}
	b.must(30, "talosctl", b.talos("11", "etcd", "remove-member", id)...)
	b.three("14")
}

func (b *bench) settledBooting(name string) {
	b.wait(30, name+" waits for etcd", func() bool {
		node := b.lab.node(name)
		return node != nil && node.configured() && node.boot.etcd.next.After(node.boot.started)
	})
}

func TestARemadeControlPlaneTakesThePlaceOfItsStaleMember(t *testing.T) {
	b := three(t)
	b.off("cp-3")
	b.until(30, func(r result) bool { return r.code != 0 }, "talosctl", "version", "--insecure", "-n", b.subnet+"13")
	b.remake("cp-3", 13)
	b.until(30, func(r result) bool { return r.code == 0 }, "talosctl", "apply-config", "--insecure", "-n", b.subnet+"13", "-f", "cp-3.yaml")
	b.three("13")
}

func TestASecondBootstrapIsSeen(t *testing.T) {
	b := newBench(t, 3)
	b.recordedConfigs()
	b.join("cp-1", 11)
	b.join("cp-2", 12)
	b.must(30, "talosctl", b.talos("11", "bootstrap")...)
	b.must(30, "talosctl", b.talos("12", "bootstrap")...)
	if len(b.lab.anomalies) != 1 || b.lab.anomalies[0].Kind != "second-bootstrap" || b.lab.anomalies[0].Node != "cp-2" {
		t.Errorf("anomalies: %v", b.lab.anomalies)
	}
}

func TestLostDataComeBackFromASnapshot(t *testing.T) {
	b := newBench(t, 3)
	b.recordedConfigs()
	b.join("cp-1", 11)
	b.must(30, "talosctl", b.talos("11", "bootstrap")...)
	b.kubeconfigOf("11")
	b.until(60, func(r result) bool { return r.code == 0 }, "kubectl", "create", "configmap", "kept", "-n", "default")
	b.must(30, "talosctl", b.talos("11", "etcd", "snapshot", "kept.db")...)
	b.must(30, "talosctl", b.talos("11", "reset", "--wait=false", "--reboot", "--graceful=false", "--system-labels-to-wipe", "EPHEMERAL")...)
	b.until(60, func(r result) bool { return strings.Contains(r.err, "no such file or directory") }, "talosctl", b.talos("11", "ls", "/var/lib/etcd/member")...)
	b.until(30, func(r result) bool { return r.code == 0 }, "talosctl", b.talos("11", "bootstrap", "--recover-from=kept.db")...)
	b.until(60, shows("kept"), "kubectl", "get", "configmap", "-n", "default", "kept")
}

func (b *bench) kubeconfigOf(last string) {
	b.must(30, "talosctl", b.talos(last, "kubeconfig", "kubeconfig", "--force", "--merge=false")...)
}

func TestNodesThatHangOrAreHiddenNeverAnswer(t *testing.T) {
	b := newBench(t, 3)
	b.recordedConfigs()
	b.join("cp-1", 11)
	b.join("w-1", 21)
	b.ask("/hang?node=w-1")
	if r := b.run(3, "talosctl", b.talos("21", "version")...); r.code == 0 || strings.Contains(r.err, "refused") {
		t.Errorf("a node that hangs: exit %d %s", r.code, r.err)
	}
	b.must(5, "talosctl", b.talos("11", "version")...)
	b.ask("/unhang?node=w-1")
	b.must(10, "talosctl", b.talos("21", "version")...)
	b.world.Hidden = []string{"talos"}
	b.saveWorld()
	b.wait(5, "the port is silent", func() bool { return b.lab.node("cp-1").ports[b.subnet+"11:50000"].kind == "silent" })
	if r := b.run(3, "talosctl", b.talos("11", "version")...); r.code == 0 || strings.Contains(r.err, "refused") {
		t.Errorf("hidden: exit %d %s", r.code, r.err)
	}
	b.world.Hidden = nil
	b.saveWorld()
	b.until(10, func(r result) bool { return r.code == 0 }, "talosctl", b.talos("11", "version")...)
	b.ask("/delay?node=cp-1&seconds=0.5")
	b.must(10, "talosctl", b.talos("11", "version")...)
}

func TestAShutdownTurnsTheMachineOff(t *testing.T) {
	b := newBench(t, 3)
	b.recordedConfigs()
	b.join("cp-1", 11)
	b.join("w-1", 21)
	b.until(20, func(r result) bool { return r.code == 0 }, "talosctl", b.talos("21", "shutdown", "--wait=false", "--force")...)
	b.wait(10, "the world is told", func() bool {
		data, err := readFile(b.path("world.json.verbs"))
		return err == nil && data == "power-off w-1\n"
	})
}

func TestTalosIsUpgradedByAMinor(t *testing.T) {
	b := newBench(t, 3)
	b.recordedConfigs()
	b.add("cp-1", 11)
	b.change("cp-1", func(m *Machine) { m.Image = "v1.11.5-amd64" })
	b.until(20, func(r result) bool { return r.code == 0 }, "talosctl", "get", "version", "--insecure", "-n", b.subnet+"11")
	if r := b.run(10, "talosctl", "apply-config", "--insecure", "-n", b.subnet+"11", "-f", "cp-1.yaml"); !strings.Contains(r.err, `"HostnameConfig" "v1alpha1": not registered`) {
		t.Errorf("a 1.11 takes documents of 1.12: %s", r.err)
	}
	b.must(20, "talosctl", "gen", "config", "demo", "https://"+b.subnet+"11:6443", "--with-secrets", recordedFile("config/secrets.yaml"), "--talos-version", "v1.11",
		"--install-image", "ghcr.io/siderolabs/installer:v1.11.5", "-t", "controlplane", "-o", "old.yaml")
	b.must(10, "talosctl", "apply-config", "--insecure", "-n", b.subnet+"11", "-f", "old.yaml")
	b.until(30, func(r result) bool { return r.code == 0 }, "talosctl", b.talos("11", "bootstrap")...)
	b.settled("cp-1")
	b.until(30, shows("v1.11.5"), "talosctl", b.talos("11", "version")...)
	b.must(60, "talosctl", b.talos("11", "upgrade", "--image", "ghcr.io/siderolabs/installer:v1.12.4", "--timeout", "50s")...)
	b.until(30, shows("Tag:         v1.12.4"), "talosctl", b.talos("11", "version")...)
	b.settled("cp-1")
}

func TestAPausedMachineGoesOn(t *testing.T) {
	b := newBench(t, 3)
	b.recordedConfigs()
	b.join("cp-1", 11)
	b.settledBooting("cp-1")
	before := b.must(10, "talosctl", b.talos("11", "read", "/proc/sys/kernel/random/boot_id")...)
	b.change("cp-1", func(m *Machine) { m.Power = "paused" })
	b.until(10, func(r result) bool { return strings.Contains(r.err, "refused") }, "talosctl", b.talos("11", "version")...)
	b.change("cp-1", func(m *Machine) { m.Power = "running" })
	b.until(10, func(r result) bool { return r.out == before }, "talosctl", b.talos("11", "read", "/proc/sys/kernel/random/boot_id")...)
}
