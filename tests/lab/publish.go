// What a node publishes as resources: the machine, its network, its place in the cluster.
package main

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/siderolabs/talos/pkg/machinery/nethelpers"
	"github.com/siderolabs/talos/pkg/machinery/resources/block"
	"github.com/siderolabs/talos/pkg/machinery/resources/cluster"
	"github.com/siderolabs/talos/pkg/machinery/resources/config"
	"github.com/siderolabs/talos/pkg/machinery/resources/etcd"
	"github.com/siderolabs/talos/pkg/machinery/resources/hardware"
	"github.com/siderolabs/talos/pkg/machinery/resources/k8s"
	"github.com/siderolabs/talos/pkg/machinery/resources/network"
	"github.com/siderolabs/talos/pkg/machinery/resources/runtime"
	"github.com/siderolabs/talos/pkg/machinery/resources/time"
	"github.com/siderolabs/talos/pkg/machinery/resources/v1alpha1"
)

// publish brings the boot's resources up to date.
func (n *Node) publish() {
	if n.boot == nil {
		return
	}
	n.noteAddresses()
	all := slices.Concat(n.machineResources(), n.networkResources())
	if n.boot.config != nil {
		all = slices.Concat(all, n.configResources(), n.clusterResources(), n.serviceResources())
	}
	n.boot.state.set(all)
	n.boot.events.machineStatus(n.boot.stage, n.ready(), n.unmet())
}

func (n *Node) noteAddresses() {
	for _, prefix := range n.addresses() {
		if !slices.Contains(n.boot.seen, prefix) {
			n.boot.seen = append(n.boot.seen, prefix)
		}
	}
}

func (n *Node) machineResources() []resource.Resource {
	status := runtime.NewMachineStatus()
	status.TypedSpec().Stage = n.boot.stage
	status.TypedSpec().Status = runtime.MachineStatusStatus{Ready: n.ready(), UnmetConditions: n.unmet()}
	system := hardware.NewSystemInformation(hardware.SystemInformationID)
	system.TypedSpec().Manufacturer, system.TypedSpec().ProductName = "Microsoft Corporation", "Virtual Machine"
	system.TypedSpec().UUID = n.machine.UUID
	version := runtime.NewVersion()
	version.TypedSpec().Version = n.boot.version
	platform := runtime.NewPlatformMetadataSpec(runtime.NamespaceName, runtime.PlatformMetadataID)
	platform.TypedSpec().Platform = "metal"
	security := runtime.NewSecurityStateSpec(v1alpha1.NamespaceName)
	clock := time.NewStatus()
	clock.TypedSpec().Synced = true
	all := []resource.Resource{status, system, version, platform, security, clock}
	if n.disk != nil {
		disk := block.NewDisk(block.NamespaceName, "sda")
		*disk.TypedSpec() = block.DiskSpec{DevPath: "/dev/sda", Size: 40 << 30, PrettySize: "43 GB", IOSize: 4096, SectorSize: 512,
			Model: "Virtual Disk", Transport: "scsi"}
		all = append(all, disk)
	}
	return all
}

func (n *Node) networkResources() []resource.Resource {
	addresses := n.addresses()
	all := []resource.Resource{loopbackLink(), n.link()}
	for id, list := range map[string][]netip.Prefix{
		network.NodeAddressCurrentID: addresses, network.NodeAddressRoutedID: addresses,
		network.NodeAddressDefaultID: addresses[:min(1, len(addresses))], network.NodeAddressAccumulativeID: n.boot.seen,
	} {
		address := network.NewNodeAddress(network.NamespaceName, id)
		address.TypedSpec().Addresses = slices.Clone(list)
		address.TypedSpec().SortAlgorithm = nethelpers.AddressSortAlgorithmV1
		all = append(all, address)
	}
	for _, prefix := range addresses {
		address := network.NewAddressStatus(network.NamespaceName, linkName+"/"+prefix.String())
		address.TypedSpec().Address, address.TypedSpec().LinkName, address.TypedSpec().LinkIndex = prefix, linkName, 2
		all = append(all, address)
	}
	status := network.NewStatus(network.NamespaceName, network.StatusID)
	status.TypedSpec().AddressReady, status.TypedSpec().ConnectivityReady = len(addresses) > 0, len(addresses) > 0
	status.TypedSpec().HostnameReady, status.TypedSpec().EtcFilesReady = true, true
	all = append(all, status)
	if name := n.hostname(); name != "" {
		host := network.NewHostnameStatus(network.NamespaceName, network.HostnameID)
		short, domain, _ := strings.Cut(name, ".")
		host.TypedSpec().Hostname, host.TypedSpec().Domainname = short, domain
		all = append(all, host)
	}
	return all
}

func loopbackLink() *network.LinkStatus {
	link := network.NewLinkStatus(network.NamespaceName, "lo")
	*link.TypedSpec() = network.LinkStatusSpec{Index: 1, Type: nethelpers.LinkLoopbck, MTU: 1500, LinkState: true,
		OperationalState: nethelpers.OperStateUp}
	return link
}

func (n *Node) link() *network.LinkStatus {
	link := network.NewLinkStatus(network.NamespaceName, linkName)
	var mac nethelpers.HardwareAddr
	complain(mac.UnmarshalText([]byte(n.machine.MAC)))
	*link.TypedSpec() = network.LinkStatusSpec{Index: 2, Type: nethelpers.LinkEther, HardwareAddr: mac, PermanentAddr: mac, MTU: 1500,
		LinkState: true, OperationalState: nethelpers.OperStateUp, Driver: "hv_netvsc", SpeedMegabits: 10000}
	return link
}

func (n *Node) configResources() []resource.Resource {
	all := []resource.Resource{config.NewMachineConfigWithID(n.boot.config.Provider, config.ActiveID)}
	if persistent := n.persistent(); persistent != nil {
		all = append(all, config.NewMachineConfigWithID(persistent.Provider, config.PersistentID))
	}
	kind := config.NewMachineType()
	kind.SetMachineType(n.boot.config.Machine().Type())
	return append(all, kind)
}

// persistent is the config on the disk, parsed once.
func (n *Node) persistent() *NodeConfig {
	if n.disk.Config == "" {
		return nil
	}
	if n.boot.parsed == nil || n.boot.parsedText != n.disk.Config {
		parsed, err := parseConfig(n.disk.Config)
		if err != nil {
			return nil
		}
		n.boot.parsed, n.boot.parsedText = parsed, n.disk.Config
	}
	return n.boot.parsed
}

// clusterResources are what discovery tells of the cluster: all its machines that run.
func (n *Node) clusterResources() []resource.Resource {
	var all []resource.Resource
	for _, other := range n.lab.sortedNodes() {
		if !other.configured() || other.boot.config.Cluster().ID() != n.boot.config.Cluster().ID() {
			continue
		}
		member := cluster.NewMember(cluster.NamespaceName, other.hostname())
		*member.TypedSpec() = cluster.MemberSpec{NodeID: strings.ReplaceAll(other.machine.UUID, "-", ""), Addresses: other.plainAddresses(),
			Hostname: other.hostname(), MachineType: other.boot.config.Machine().Type(), OperatingSystem: "Talos (" + other.boot.version + ")"}
		if other.boot.config.controlPlane() {
			member.TypedSpec().ControlPlane = &cluster.ControlPlane{APIServerPort: 6443}
		}
		all = append(all, member)
	}
	name := k8s.NewNodename(k8s.NamespaceName, k8s.NodenameID)
	name.TypedSpec().Nodename, name.TypedSpec().HostnameVersion = n.hostname(), "1"
	all = append(all, name)
	if status := n.boot.kubelet.status; status != nil {
		node := k8s.NewNodeStatus(k8s.NamespaceName, n.hostname())
		*node.TypedSpec() = *status
		all = append(all, node)
	}
	if n.disk.Etcd != "" && n.boot.etcd.running {
		member := etcd.NewMember(etcd.NamespaceName, etcd.LocalMemberID)
		member.TypedSpec().MemberID = etcd.FormatMemberID(n.disk.MemberID)
		all = append(all, member)
	}
	return all
}

// serviceResources are Talos' services, and the specs from which kubelet and static pods are made.
func (n *Node) serviceResources() []resource.Resource {
	var all []resource.Resource
	for _, name := range n.serviceNames() {
		if service := n.boot.services[name]; service.running {
			res := v1alpha1.NewService(name)
			*res.TypedSpec() = v1alpha1.ServiceSpec{Running: true, Healthy: service.healthy, Unknown: service.unknown}
			all = append(all, res)
		}
	}
	kubelet := k8s.NewKubeletSpec(k8s.NamespaceName, k8s.KubeletID)
	kubelet.TypedSpec().Image, kubelet.TypedSpec().ExpectedNodename = n.boot.config.Machine().Kubelet().Image(), n.hostname()
	kubelet.TypedSpec().Config = map[string]any{}
	all = append(all, kubelet)
	if !n.boot.config.controlPlane() {
		return all
	}
	desired := n.boot.config.Cluster()
	server := k8s.NewAPIServerConfig()
	server.TypedSpec().Image, server.TypedSpec().ExtraArgs = desired.APIServer().Image(), desired.APIServer().ExtraArgs()
	server.TypedSpec().LocalPort, server.TypedSpec().ServiceCIDRs = 6443, desired.Network().ServiceCIDRs()
	manager := k8s.NewControllerManagerConfig()
	manager.TypedSpec().Image, manager.TypedSpec().ExtraArgs = desired.ControllerManager().Image(), desired.ControllerManager().ExtraArgs()
	manager.TypedSpec().Enabled = true
	scheduler := k8s.NewSchedulerConfig()
	scheduler.TypedSpec().Image, scheduler.TypedSpec().ExtraArgs = desired.Scheduler().Image(), desired.Scheduler().ExtraArgs()
	scheduler.TypedSpec().Enabled = true
	return append(all, server, manager, scheduler)
}
