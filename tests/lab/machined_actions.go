// Reboot, shutdown, reset, upgrade: sequences that end a boot.
package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/siderolabs/talos/pkg/machinery/api/machine"
	"github.com/siderolabs/talos/pkg/machinery/resources/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

var errBusy = status.Error(codes.FailedPrecondition, "sequence is already in progress")

// begin starts a sequence under a new actor ID. Nothing more is begun until it ends.
func (m *machined) begin(sequence string, run func(actor string)) (string, error) {
	actor := uuid.NewString()
	return actor, m.locked(func() error {
		if m.boot.busy {
			return errBusy
		}
		m.boot.busy = true
		m.node.after(0.2, func() {
			m.boot.events.sequence(actor, sequence)
			run(actor)
		})
		return nil
	})
}

func (m *machined) Reboot(context.Context, *machine.RebootRequest) (*machine.RebootResponse, error) {
	actor, err := m.begin("reboot", func(string) { m.node.restart(runtime.MachineStageRebooting) })
	return &machine.RebootResponse{Messages: []*machine.Reboot{{ActorId: actor}}}, err
}

func (m *machined) Shutdown(context.Context, *machine.ShutdownRequest) (*machine.ShutdownResponse, error) {
	actor, err := m.begin("shutdown", func(actor string) {
		m.boot.events.task(actor, "stopAllServices")
		m.node.shutDown(runtime.MachineStageShuttingDown)
	})
	return &machine.ShutdownResponse{Messages: []*machine.Shutdown{{ActorId: actor}}}, err
}

func (m *machined) Reset(_ context.Context, in *machine.ResetRequest) (*machine.ResetResponse, error) {
	var labels []string
	for _, partition := range in.GetSystemPartitionsToWipe() {
		switch partition.Label {
		case "STATE", "EPHEMERAL", "META", "EFI", "BIOS", "BOOT":
		default:
			return nil, fmt.Errorf("failed to get volume status with label %q: resource VolumeStatuses.block.talos.dev(runtime/%s@undefined) doesn't exist",
				partition.Label, partition.Label)
		}
		if partition.Wipe {
			labels = append(labels, partition.Label)
		}
	}
	actor, err := m.begin("reset", func(actor string) {
		m.boot.stage = runtime.MachineStageResetting
		if in.Graceful && m.node.disk.Etcd != "" {
			m.leaveThen(actor, func() { m.wipe(actor, labels, in.Reboot) })
			return
		}
		m.wipe(actor, labels, in.Reboot)
	})
	return &machine.ResetResponse{Messages: []*machine.Reset{{ActorId: actor}}}, err
}

// leaveThen leaves etcd first, as a graceful reset does; an error ends the sequence and nothing is wiped.
func (m *machined) leaveThen(actor string, done func()) {
	err := m.node.leaveEtcd()
	if err == nil {
		done()
		return
	}
	if isRetried(err) {
		m.node.after(1, func() { m.leaveThen(actor, done) })
		return
	}
	m.boot.busy = false
	m.boot.stage = runtime.MachineStageRunning
}

func (m *machined) wipe(actor string, labels []string, reboot bool) {
	m.boot.events.task(actor, "stopAllServices")
	m.node.after(0.3, func() {
		m.node.disk.wipe(labels)
		m.node.saveDisk()
		if reboot {
			m.node.restart(runtime.MachineStageResetting)
		} else {
			m.node.shutDown(runtime.MachineStageResetting)
		}
	})
}

// Upgrade is the API of releases up to 1.12, which newer ones still serve.
func (m *machined) Upgrade(_ context.Context, in *machine.UpgradeRequest) (*machine.UpgradeResponse, error) {
	version := tag(in.GetImage())
	if version == "" {
		return nil, unknownImage(in.GetImage())
	}
	if err := m.mayUpgrade(version, in.GetForce() || in.GetPreserve()); err != nil {
		return nil, err
	}
	actor, err := m.begin("upgrade", func(actor string) {
		m.boot.stage = runtime.MachineStageUpgrading
		m.boot.events.task(actor, "stopAllServices")
		m.node.after(1, func() {
			if in.GetStage() {
				m.node.disk.Staged = version
			} else {
				m.node.disk.Talos = version
			}
			m.node.saveDisk()
			m.node.restart(runtime.MachineStageUpgrading)
		})
	})
	return &machine.UpgradeResponse{Messages: []*machine.Upgrade{{Ack: "Upgrade request received", ActorId: actor}}}, err
}

func (m *machined) mayUpgrade(version string, force bool) error {
	return m.locked(func() error {
		var major, minor, fromMinor int
		fmt.Sscanf(version, "v%d.%d", &major, &minor)            //nolint:errcheck // zero compares as too old
		fmt.Sscanf(m.boot.version, "v%d.%d", &major, &fromMinor) //nolint:errcheck
		if fromMinor < minor-2 {
			return fmt.Errorf("error validating installer image: host version %s is too old to upgrade to Talos %s", m.boot.version, version)
		}
		if m.boot.config.controlPlane() && !force {
			return m.node.etcdAllowsUpgrade()
		}
		return nil
	})
}

func (m *machined) ServiceList(context.Context, *emptypb.Empty) (*machine.ServiceListResponse, error) {
	list := &machine.ServiceList{}
	err := m.locked(func() error {
		for _, name := range m.node.serviceNames() {
			list.Services = append(list.Services, m.boot.services[name].info(name))
		}
		return nil
	})
	return &machine.ServiceListResponse{Messages: []*machine.ServiceList{list}}, err
}

func (m *machined) ServiceRestart(_ context.Context, in *machine.ServiceRestartRequest) (*machine.ServiceRestartResponse, error) {
	err := m.locked(func() error {
		if m.boot.services[in.Id] == nil {
			return fmt.Errorf("service %q not defined", in.Id)
		}
		if in.Id != "kubelet" && in.Id != "cri" {
			return fmt.Errorf("service %q doesn't support restart operation via API", in.Id)
		}
		m.node.restartService(in.Id)
		return nil
	})
	return &machine.ServiceRestartResponse{Messages: []*machine.ServiceRestart{{Resp: fmt.Sprintf("Service %q restarted", in.Id)}}}, err
}
