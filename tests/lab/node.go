// A machine with Talos on it: power, boots, stages.
package main

import (
	"log"
	"net/netip"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/siderolabs/talos/pkg/machinery/resources/runtime"
)

const linkName = "eth0"

// shortestReboot holds at any speed: talosctl comes back after a second to see that the node is away; one that
// is up again by then it would watch for ever.
const shortestReboot = 1700 * time.Millisecond

// Node is one VM, on or off.
type Node struct {
	lab     *Lab
	machine Machine
	disk    *Disk
	asleep  bool   // paused or saved: it goes on later as if nothing had been
	powered string // the world's boot ID of the power-on that runs
	boot    *Boot  // nil while off, and between two boots
	queue   []task
	ports   map[string]*port
	shown   time.Time // when its resources were last brought up to date; zero: they may be old
}

// Boot is what lives from one start of the kernel to the next.
type Boot struct {
	id                      string // /proc/sys/kernel/random/boot_id
	version                 string
	config                  *NodeConfig // the active one; nil in maintenance
	stage                   runtime.MachineStage
	open                    bool // the machine API is served
	started                 time.Time
	state                   *Resources
	events                  *Events
	machined                *machined
	seen                    []netip.Prefix // all addresses since the boot: what certificates carry
	services                map[string]*Service
	etcd                    etcdService
	kubelet                 kubeletState
	parsed                  *NodeConfig // of the text below, which lies on the disk
	parsedText              string
	tried                   *NodeConfig // what `try` goes back to
	apiServing, kubeServing certificateCache
	busy                    bool // a sequence runs: reboot, reset, upgrade
}

type task struct {
	at  time.Time
	run func()
}

// after plans the next step of what the machine does; power-off and reboot forget it.
func (n *Node) after(seconds float64, run func()) {
	n.queue = append(n.queue, task{time.Now().Add(n.lab.options.Delay(seconds)), run})
	sort.SliceStable(n.queue, func(i, j int) bool { return n.queue[i].at.Before(n.queue[j].at) })
}

func (n *Node) step(now time.Time) {
	if n.asleep {
		return
	}
	for len(n.queue) > 0 && !n.queue[0].at.After(now) {
		run := n.queue[0].run
		n.queue = n.queue[1:]
		n.shown = time.Time{}
		run()
	}
	if n.boot != nil {
		n.stepServices(now)
	}
}

// follow takes over what the world says of the machine.
func (n *Node) follow(machine Machine) {
	old := n.machine
	n.machine = machine
	n.machine.UUID = strings.ToLower(machine.UUID)
	asleep := machine.Power == "paused" || machine.Power == "saved"
	on := (machine.Power == "running" || asleep && machine.BootID == n.powered) && machine.BootID != ""
	if n.powered != "" && (!on || machine.BootID != n.powered || machine.Disk != old.Disk) {
		n.powerOff()
	}
	if on && n.powered == "" {
		n.powered = machine.BootID
		n.disk = n.lab.disk(machine.Disk)
		n.after(0.5, n.bootUp)
	}
	n.asleep = asleep && on
}

// powerOff ends everything at once.
func (n *Node) powerOff() {
	n.powered = ""
	n.halt()
}

// halt ends the running system, and what it was about to do.
func (n *Node) halt() {
	n.queue = nil
	if n.boot != nil {
		n.boot.machined.stop()
		n.boot.events.close()
	}
	n.boot = nil
	n.reconcilePorts()
}

// bootUp starts from the disk, or the image into maintenance where nothing is installed or its config is wiped.
func (n *Node) bootUp() {
	boot := &Boot{id: uuid.NewString(), stage: runtime.MachineStageBooting, started: time.Now(), events: &Events{},
		services: map[string]*Service{}}
	n.boot = boot
	boot.version = n.imageVersion()
	if n.disk != nil && n.disk.Talos != "" {
		if n.disk.Staged != "" {
			n.disk.Talos, n.disk.Staged = n.disk.Staged, ""
			n.saveDisk()
		}
		boot.version = n.disk.Talos
		if n.disk.Config != "" {
			config, err := parseConfig(n.disk.Config)
			if err != nil {
				log.Printf("%s: the config on its disk: %v", n.machine.Name, err)
			}
			boot.config = config
		}
	}
	boot.state = newResources()
	boot.machined = newMachined(n, boot)
	n.after(0.3, func() {
		boot.open = true
		if boot.config == nil {
			boot.stage = runtime.MachineStageMaintenance
			return
		}
		n.startServices()
	})
}

// imageVersion is the Talos of the ISO: v1.12.4-amd64 holds v1.12.4.
func (n *Node) imageVersion() string {
	version, _, _ := strings.Cut(n.machine.Image, "-")
	return version
}

func (n *Node) saveDisk() {
	if err := n.disk.save(); err != nil {
		log.Printf("%s: %v", n.machine.Name, err)
	}
}

// install puts Talos and the first config on the disk, closed to the world meanwhile, and boots from it.
func (n *Node) install(config *NodeConfig) {
	n.after(0.2, func() {
		n.boot.open = false
		n.boot.stage = runtime.MachineStageInstalling
		n.after(1, func() {
			if n.disk.Talos == "" { // an installed Talos stays: only its config was gone
				n.disk.Talos = tag(config.Machine().Install().Image())
			}
			n.disk.Config = config.text()
			n.saveDisk()
			n.restart(runtime.MachineStageRebooting)
		})
	})
}

// restart ends the system and starts the next boot, without the host noticing.
func (n *Node) restart(stage runtime.MachineStage) {
	n.boot.stage = stage
	n.boot.busy = true
	n.publish()
	n.after(0.3, func() {
		n.halt()
		n.queue = append(n.queue, task{time.Now().Add(max(n.lab.options.Delay(0.7), shortestReboot)), n.bootUp})
	})
}

// shutDown ends the system and tells the host, as the guest's ACPI does.
func (n *Node) shutDown(stage runtime.MachineStage) {
	n.boot.stage = stage
	n.boot.busy = true
	n.publish()
	n.after(0.3, func() {
		n.halt()
		name := n.machine.Name
		go func() {
			if err := n.lab.options.powerOff(name); err != nil {
				log.Printf("%s wants to be off: %v", name, err)
			}
		}()
	})
}

// addresses are those the machine has now: from DHCP and from its config, sorted as Talos sorts them.
func (n *Node) addresses() []netip.Prefix {
	var all []netip.Prefix
	dhcp := true
	if n.boot != nil && n.boot.config != nil {
		all, dhcp = n.boot.config.network(n.machine.MAC)
	}
	if dhcp {
		if prefix, ok := n.dhcpPrefix(); ok {
			all = append(all, prefix)
		}
	}
	slices.SortFunc(all, func(a, b netip.Prefix) int { return a.Addr().Compare(b.Addr()) })
	return slices.Compact(all)
}

func (n *Node) dhcpPrefix() (netip.Prefix, bool) {
	address, err := netip.ParseAddr(n.machine.Address)
	if err != nil {
		return netip.Prefix{}, false
	}
	bits := 24
	if subnet, err := netip.ParsePrefix(n.lab.world.Switch.Subnet); err == nil {
		bits = subnet.Bits()
	}
	return netip.PrefixFrom(address, bits), true
}

func (n *Node) plainAddresses() []netip.Addr {
	var all []netip.Addr
	for _, prefix := range n.addresses() {
		all = append(all, prefix.Addr())
	}
	return all
}

// nodeIP is the kubelet's address.
func (n *Node) nodeIP() string {
	var subnets []string
	if kubelet := n.boot.config.Machine().Kubelet(); kubelet.NodeIP() != nil {
		subnets = kubelet.NodeIP().ValidSubnets()
	}
	address, ok := pick(n.plainAddresses(), subnets)
	if !ok {
		return ""
	}
	return address.String()
}

func (n *Node) hostname() string {
	if n.boot == nil || n.boot.config == nil {
		return ""
	}
	return n.boot.config.hostname(n.machine.UUID)
}

// answersTo tells whether the name or address is this node's, as others in its network see it.
func (n *Node) answersTo(name string) bool {
	if name == "" {
		return false
	}
	if n.hostname() == name {
		return true
	}
	for _, address := range n.plainAddresses() {
		if address.String() == name {
			return true
		}
	}
	return false
}

func (n *Node) configured() bool { return n.boot != nil && n.boot.config != nil }

func (l *Lab) sortedNodes() []*Node {
	nodes := make([]*Node, 0, len(l.nodes))
	for _, node := range l.nodes {
		nodes = append(nodes, node)
	}
	slices.SortFunc(nodes, func(a, b *Node) int { return strings.Compare(a.machine.Name+a.machine.ID, b.machine.Name+b.machine.ID) })
	return nodes
}
