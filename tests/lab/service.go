// Talos' own services on a node, and the machine's readiness that follows from them.
package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/siderolabs/talos/pkg/machinery/api/machine"
	"github.com/siderolabs/talos/pkg/machinery/resources/runtime"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Service is one of Talos' services.
type Service struct {
	running, healthy, unknown bool
	state, event              string
	changed                   time.Time
}

func (s *Service) become(running, healthy bool, state, event string) {
	if s.running != running || s.healthy != healthy || s.state != state {
		*s = Service{running, healthy, s.unknown, state, event, time.Now()}
	}
}

func (n *Node) serviceNames() []string {
	var names []string
	for name := range n.boot.services {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// startServices follows the opening of the API: first what needs nobody, then the kubelet; etcd as its data allow.
func (n *Node) startServices() {
	for _, name := range []string{"apid", "auditd", "containerd", "cri", "dashboard", "machined", "syslogd", "udevd"} {
		n.start(name)
	}
	if n.boot.config.controlPlane() {
		n.start("trustd")
		n.boot.services["etcd"] = &Service{state: "Preparing", event: "Running pre state", changed: time.Now()}
	}
	n.boot.services["kubelet"] = &Service{state: "Preparing", event: "Running pre state", changed: time.Now()}
	n.after(0.3, func() { n.start("kubelet") })
}

func (n *Node) start(name string) {
	service := n.boot.services[name]
	if service == nil {
		service = &Service{}
		n.boot.services[name] = service
	}
	service.become(true, true, "Running", "Started task")
	if name == "kubelet" {
		n.boot.kubelet.register = true
	}
}

// restartService stops one, and starts it a moment later.
func (n *Node) restartService(name string) {
	n.boot.services[name].become(false, false, "Finished", "Service finished successfully")
	n.after(0.5, func() { n.start(name) })
}

// stepServices ends the boot when all services are up.
func (n *Node) stepServices(now time.Time) {
	boot := n.boot
	if boot.config == nil || !boot.open || boot.busy {
		return
	}
	if service := boot.services["etcd"]; service != nil {
		switch {
		case boot.etcd.running:
			service.become(true, boot.etcd.healthy, "Running", "Started task")
		case boot.etcd.failed:
			service.become(false, false, "Failed", "Failed to run service: the member has been permanently removed from the cluster")
		default:
			service.become(false, false, "Preparing", "Running pre state")
		}
	}
	if boot.stage == runtime.MachineStageBooting && len(boot.services) > 0 && len(n.notRunning()) == 0 {
		boot.stage = runtime.MachineStageRunning
	}
}

func (n *Node) notRunning() []string {
	var problems []string
	for _, name := range []string{"apid", "etcd", "kubelet", "machined", "trustd"} {
		service := n.boot.services[name]
		switch {
		case service == nil && (name == "etcd" || name == "trustd") && !n.boot.config.controlPlane():
		case service == nil || !service.running:
			problems = append(problems, name+" not running")
		case !service.healthy:
			problems = append(problems, name+" not healthy")
		}
	}
	return problems
}

// unmet are the conditions that Talos reports while booting and running.
func (n *Node) unmet() []runtime.UnmetCondition {
	all := []runtime.UnmetCondition{}
	if n.boot.config == nil || n.boot.stage != runtime.MachineStageBooting && n.boot.stage != runtime.MachineStageRunning || len(n.boot.services) == 0 {
		return all
	}
	if problems := n.notRunning(); len(problems) > 0 {
		all = append(all, runtime.UnmetCondition{Name: "services", Reason: strings.Join(problems, ", ")})
	}
	switch status := n.boot.kubelet.status; {
	case status == nil:
		all = append(all, runtime.UnmetCondition{Name: "nodeReady", Reason: fmt.Sprintf("node %q status is not available yet", n.hostname())})
	case !status.NodeReady:
		all = append(all, runtime.UnmetCondition{Name: "nodeReady", Reason: fmt.Sprintf("node %q is not ready", n.hostname())})
	}
	return all
}

func (n *Node) ready() bool {
	switch n.boot.stage {
	case runtime.MachineStageBooting, runtime.MachineStageRunning:
		return len(n.boot.services) > 0 && len(n.unmet()) == 0
	default:
		return true
	}
}

func (s *Service) info(name string) *machine.ServiceInfo {
	when := timestamppb.New(s.changed)
	return &machine.ServiceInfo{Id: name, State: s.state,
		Events: &machine.ServiceEvents{Events: []*machine.ServiceEvent{{Msg: s.event, State: s.state, Ts: when}}},
		Health: &machine.ServiceHealth{Unknown: s.unknown || !s.running, Healthy: s.healthy, LastChange: when}}
}
