package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func parsed(t *testing.T, text string) *NodeConfig {
	t.Helper()
	config, err := parseConfig(text)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func controlPlaneText(t *testing.T) string {
	data, err := os.ReadFile(recorded + "/config/controlplane.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFieldsThatNeedAReboot(t *testing.T) {
	text := controlPlaneText(t)
	for _, test := range []struct {
		from, to string
		reboot   bool
	}{
		{"kubelet:v1.35.2", "kubelet:v1.35.3", false},
		{"disk: /dev/sda", "disk: /dev/sdb", false},
		{"forwardKubeDNSToHost: true", "forwardKubeDNSToHost: false", false},
		{"diskQuotaSupport: true", "diskQuotaSupport: false", true},
		{"machine:\n", "machine:\n    sysctls: {vm.max_map_count: \"262144\"}\n", false},
		{"machine:\n", "machine:\n    env: {A: b}\n", true},
		{"machine:\n", "machine:\n    files: [{path: /var/a, op: create, permissions: 0o600, content: a}]\n", true},
	} {
		changed := strings.Replace(text, test.from, test.to, 1)
		if changed == text {
			t.Fatalf("%q is not in the config", test.from)
		}
		if err := needsReboot(parsed(t, text), parsed(t, changed)); (err != nil) != test.reboot {
			t.Errorf("%s: %v", test.to, err)
		}
	}
}

func TestAddressesOfAConfig(t *testing.T) {
	text := controlPlaneText(t)
	legacy := "machine:\n    network: {interfaces: [{deviceSelector: {hardwareAddr: \"02:00:00:00:00:01\"}, dhcp: %s, addresses: [10.77.1.11/24]}]}\n"
	plain := strings.Replace(text, "    network: {}\n", "", 1)
	for _, test := range []struct{ what, text, wanted string }{
		{"nothing said", text, "[] true"},
		{"beside DHCP", strings.Replace(plain, "machine:\n", strings.Replace(legacy, "%s", "true", 1), 1), "[10.77.1.11/24] true"},
		{"instead of DHCP", strings.Replace(plain, "machine:\n", strings.Replace(legacy, "%s", "false", 1), 1), "[10.77.1.11/24] false"},
		{"a LinkConfig alone", text + "---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\naddresses: [{address: 10.77.1.11/24}]\n", "[10.77.1.11/24] false"},
		{"with DHCPv4Config", text + "---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\naddresses: [{address: 10.77.1.11/24}]\n---\napiVersion: v1alpha1\nkind: DHCPv4Config\nname: eth0\n",
			"[10.77.1.11/24] true"},
	} {
		static, dhcp := parsed(t, test.text).network("02:00:00:00:00:01")
		if got := fmt.Sprint(static, dhcp); got != test.wanted {
			t.Errorf("%s: %s, wanted %s", test.what, got, test.wanted)
		}
	}
}
