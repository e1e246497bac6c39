// A machine config as the node understands it: who it is, where it listens, what needs a reboot.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"github.com/siderolabs/talos/pkg/machinery/config"
	talosconfig "github.com/siderolabs/talos/pkg/machinery/config/config"
	"github.com/siderolabs/talos/pkg/machinery/config/configdiff"
	"github.com/siderolabs/talos/pkg/machinery/config/configloader"
	"github.com/siderolabs/talos/pkg/machinery/config/container"
	"github.com/siderolabs/talos/pkg/machinery/config/machine"
	"github.com/siderolabs/talos/pkg/machinery/config/types/v1alpha1"
)

// metal validates as a machine does. Installed machines need no install section.
type metal struct{ installed bool }

func (metal) String() string          { return "metal" }
func (m metal) RequiresInstall() bool { return !m.installed }
func (metal) InContainer() bool       { return false }

// NodeConfig is a machine config with what follows from it for one machine.
type NodeConfig struct {
	config.Provider
}

func parseConfig(text string) (*NodeConfig, error) {
	provider, err := configloader.NewFromBytes([]byte(text))
	if err != nil {
		return nil, err
	}
	return &NodeConfig{provider}, nil
}

// unknownTo names the first kind of document that a Talos release does not know yet, in that release's words.
func unknownTo(provider config.Provider, version string) error {
	if atLeast(version, 1, 12) {
		return nil
	}
	for _, document := range provider.Documents() {
		switch kind := document.Kind(); kind {
		case "HostnameConfig", "LinkConfig", "LinkAliasConfig", "DHCPv4Config", "Layer2VIPConfig", "ResolverConfig", "TimeSyncConfig":
			return fmt.Errorf("error decoding document %s/%s/ (line 1): %q %q: not registered", document.APIVersion(), kind, kind, document.APIVersion())
		}
	}
	return nil
}

// atLeast compares a version such as v1.12.4 by its first two numbers.
func atLeast(version string, major, minor int) bool {
	var a, b int
	if _, err := fmt.Sscanf(strings.TrimPrefix(version, "v"), "%d.%d", &a, &b); err != nil {
		return false
	}
	return a > major || a == major && b >= minor
}

func (c *NodeConfig) controlPlane() bool { return c.Machine().Type() != machine.TypeWorker }

func (c *NodeConfig) text() string {
	data, err := c.Bytes()
	if err != nil {
		panic(err) // it was made from bytes
	}
	return string(data)
}

// hostname is the one of the config, or the stable one that Talos makes from the machine's identity.
func (c *NodeConfig) hostname(uuid string) string {
	if document := c.NetworkHostnameConfig(); document != nil && document.Hostname() != "" {
		return document.Hostname()
	}
	sum := sha256.Sum256([]byte(uuid))
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	name := []byte("talos-xxx-xxx")
	for i, at := range []int{6, 7, 8, 10, 11, 12} {
		name[at] = alphabet[int(sum[i])%len(alphabet)]
	}
	return string(name)
}

// network tells the static addresses of the one network card, and whether DHCP goes on: any explicit
// configuration of a link switches it off unless it says otherwise.
func (c *NodeConfig) network(mac string) (static []netip.Prefix, dhcp bool) {
	configured, wanted := false, false
	if c.RawV1Alpha1() != nil && c.RawV1Alpha1().MachineConfig.MachineNetwork != nil {
		for _, device := range c.RawV1Alpha1().MachineConfig.MachineNetwork.Devices() {
			if !selects(device, mac) {
				continue
			}
			configured = true
			wanted = wanted || device.DHCP()
			for _, address := range device.Addresses() {
				if prefix, err := netip.ParsePrefix(address); err == nil {
					static = append(static, prefix)
				} else if bare, err := netip.ParseAddr(address); err == nil {
					static = append(static, netip.PrefixFrom(bare, bare.BitLen()))
				}
			}
		}
	}
	for _, link := range c.NetworkCommonLinkConfigs() {
		if link.Name() == "lo" {
			continue
		}
		configured = true
		for _, address := range link.Addresses() {
			static = append(static, address.Address())
		}
	}
	if len(c.NetworkDHCPv4Configs()) > 0 {
		wanted = true
	}
	return static, wanted || !configured
}

func selects(device talosconfig.Device, mac string) bool {
	if device.Ignore() {
		return false
	}
	if selector := device.Selector(); selector != nil && !reflect.ValueOf(selector).IsNil() {
		wanted := strings.ToLower(selector.HardwareAddress() + selector.PermanentAddress())
		return wanted == "" || wanted == strings.ToLower(mac)
	}
	return device.Interface() == linkName
}

// pick takes the first address inside the subnets (a leading ! takes out), or the first of all without subnets.
func pick(addresses []netip.Addr, subnets []string) (netip.Addr, bool) {
	for _, address := range addresses {
		if len(subnets) == 0 || contains(subnets, address) {
			return address, true
		}
	}
	return netip.Addr{}, false
}

func contains(subnets []string, address netip.Addr) bool {
	in := false
	for _, subnet := range subnets {
		text, excluded := strings.CutPrefix(subnet, "!")
		if prefix, err := netip.ParsePrefix(text); err == nil && prefix.Contains(address) {
			if excluded {
				return false
			}
			in = true
		}
	}
	return in
}

// needsReboot is Talos' own question (CanApplyImmediate): do the documents differ in more than may change while running?
func needsReboot(current, next *NodeConfig) error {
	running, wanted := current.RawV1Alpha1(), next.RawV1Alpha1()
	if running == nil || wanted == nil {
		return errors.New("current config is not v1alpha1")
	}
	wanted = wanted.DeepCopy()
	wanted.ConfigDebug, wanted.ClusterConfig = running.ConfigDebug, running.ClusterConfig
	if wanted.MachineConfig != nil && running.MachineConfig != nil {
		copyImmediate(wanted.MachineConfig, running.MachineConfig)
	}
	if reflect.DeepEqual(running, wanted) {
		return nil
	}
	diff, err := configdiff.DiffConfigs(container.NewV1Alpha1(running), container.NewV1Alpha1(wanted))
	if err != nil {
		return fmt.Errorf("error calculating diff: %w", err)
	}
	return fmt.Errorf("this config change can't be applied in immediate mode\ndiff:\n%s", diff)
}

// The fields, by their names, that Talos 1.11 to 1.13 apply without a reboot.
var immediate = []string{"MachineCA", "MachineAcceptedCAs", "MachineTime", "MachineCertSANs", "MachineInstall", "MachineNetwork",
	"MachineSysfs", "MachineSysctls", "MachineLogging", "MachineControlPlane", "MachineKubelet", "MachineKernel", "MachineRegistries",
	"MachinePods", "MachineSeccompProfiles", "MachineNodeAnnotations", "MachineNodeLabels", "MachineNodeTaints"}
var immediateFeatures = []string{"KubernetesTalosAPIAccessConfig", "KubePrismSupport", "HostDNSSupport", "ImageCacheSupport",
	"FeatureNodeAddressSortAlgorithm"}

func copyImmediate(to, from *v1alpha1.MachineConfig) {
	copyFields(to, from, immediate)
	if to.MachineFeatures != nil && from.MachineFeatures != nil {
		copyFields(to.MachineFeatures, from.MachineFeatures, immediateFeatures)
	}
}

func copyFields(to, from any, names []string) {
	target, source := reflect.ValueOf(to).Elem(), reflect.ValueOf(from).Elem()
	for _, name := range names {
		target.FieldByName(name).Set(source.FieldByName(name))
	}
}

// tag takes the version out of an image reference: v1.12.4 of ghcr.io/siderolabs/installer:v1.12.4@sha256:…
func tag(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if at := strings.LastIndex(image, ":"); at > strings.LastIndex(image, "/") {
		return image[at+1:]
	}
	return ""
}

// names lists a certificate's names: addresses and host names without repetition.
func names(groups ...[]string) []string {
	all := slices.Concat(groups...)
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(name string) bool { return name == "" })
}
