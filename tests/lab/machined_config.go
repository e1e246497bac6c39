// ApplyConfiguration, in maintenance and while configured.
package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/siderolabs/talos/pkg/machinery/api/machine"
	"github.com/siderolabs/talos/pkg/machinery/config"
	"github.com/siderolabs/talos/pkg/machinery/config/configdiff"
	"github.com/siderolabs/talos/pkg/machinery/config/configloader"
	"github.com/siderolabs/talos/pkg/machinery/constants"
	"github.com/siderolabs/talos/pkg/machinery/resources/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func (m *machined) ApplyConfiguration(_ context.Context, in *machine.ApplyConfigurationRequest) (reply *machine.ApplyConfigurationResponse, err error) {
	err = m.locked(func() error {
		if m.boot.config == nil {
			reply, err = m.applyFirst(in)
		} else {
			reply, err = m.applyAgain(in)
		}
		return err
	})
	return reply, err
}

// parse reads a config as the node's release does.
func (m *machined) parse(data []byte) (*NodeConfig, error) {
	provider, err := configloader.NewFromBytes(data)
	if err != nil {
		return nil, err
	}
	return &NodeConfig{provider}, unknownTo(provider, m.boot.version)
}

func (m *machined) applyFirst(in *machine.ApplyConfigurationRequest) (*machine.ApplyConfigurationResponse, error) {
	switch in.Mode {
	case machine.ApplyConfigurationRequest_TRY, machine.ApplyConfigurationRequest_REBOOT, machine.ApplyConfigurationRequest_AUTO:
	default:
		return nil, status.Errorf(codes.Unimplemented, "apply configuration --mode='%s' is not supported in maintenance mode",
			strings.ReplaceAll(strings.ToLower(in.Mode.String()), "_", "-"))
	}
	next, err := m.parse(in.GetData())
	if err != nil {
		return nil, fmt.Errorf("failed to parse config: %w", err)
	}
	warnings, err := next.Validate(metal{})
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "configuration validation failed: %s", err)
	}
	message := &machine.ApplyConfiguration{Warnings: warnings}
	switch {
	case in.DryRun:
		message.ModeDetails = "Dry run summary:\nNode is running in maintenance mode and does not have a config yet."
	case m.node.disk == nil:
		return nil, status.Error(codes.FailedPrecondition, "the machine has no disk")
	case next.Machine() == nil:
		return nil, status.Error(codes.InvalidArgument, "configuration validation failed: no v1alpha1 config")
	case m.boot.busy:
		return nil, status.Error(codes.FailedPrecondition, "another apply configuration is already in progress")
	default:
		m.boot.busy = true
		m.node.install(next)
	}
	return &machine.ApplyConfigurationResponse{Messages: []*machine.ApplyConfiguration{message}}, nil
}

func (m *machined) applyAgain(in *machine.ApplyConfigurationRequest) (*machine.ApplyConfigurationResponse, error) {
	if m.boot.busy {
		return nil, status.Error(codes.FailedPrecondition, "configuration was already applied and node is rebooting, please wait for the reboot to complete")
	}
	next, warnings, err := m.validated(in.GetData())
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	mode, details, err := m.decide(in.Mode, next)
	if err != nil {
		return nil, err
	}
	if in.DryRun {
		diff, err := configdiff.DiffConfigs(m.boot.config.Provider, next.Provider)
		if err != nil {
			return nil, fmt.Errorf("failed to generate diff: %w", err)
		}
		if diff == "" {
			diff = "No changes."
		}
		details, _, _ = strings.Cut(details, ": ")
		details = fmt.Sprintf("Dry run summary:\n%s (skipped in dry-run).\nConfig diff:\n\n%s", details, diff)
		return applied(mode, details, nil), nil
	}
	if mode == machine.ApplyConfigurationRequest_TRY {
		timeout := constants.ConfigTryTimeout
		if in.TryModeTimeout != nil {
			timeout = in.TryModeTimeout.AsDuration()
		}
		details += "\nThe config is applied in 'try' mode and will be automatically reverted back in " + timeout.String()
		m.try(next, timeout)
	} else {
		m.apply(mode, next)
	}
	return applied(mode, details, warnings), nil
}

func applied(mode machine.ApplyConfigurationRequest_Mode, details string, warnings []string) *machine.ApplyConfigurationResponse {
	return &machine.ApplyConfigurationResponse{
		Messages: []*machine.ApplyConfiguration{{Mode: mode, ModeDetails: details, Warnings: warnings}}}
}

func (m *machined) validated(data []byte) (*NodeConfig, []string, error) {
	next, err := m.parse(data)
	if err != nil {
		return nil, nil, err
	}
	if next.RawV1Alpha1() == nil {
		return nil, nil, fmt.Errorf("the applied machine configuration doesn't contain v1alpha1 config, did you mean to patch the machine config instead?")
	}
	warnings, err := next.Validate(metal{installed: true})
	return next, warnings, err
}

const (
	withoutReboot = "Applied configuration without a reboot"
	withReboot    = "Applied configuration with a reboot"
)

// decide settles `auto`, and refuses what can't be applied at once.
func (m *machined) decide(mode machine.ApplyConfigurationRequest_Mode, next config.Provider) (machine.ApplyConfigurationRequest_Mode, string, error) {
	switch mode {
	case machine.ApplyConfigurationRequest_STAGED:
		return mode, "Staged configuration to be applied after the next reboot", nil
	case machine.ApplyConfigurationRequest_REBOOT:
		return mode, withReboot, nil
	}
	err := needsReboot(m.boot.config, &NodeConfig{next})
	switch {
	case err == nil && mode == machine.ApplyConfigurationRequest_AUTO:
		return machine.ApplyConfigurationRequest_NO_REBOOT, withoutReboot, nil
	case err == nil:
		return mode, withoutReboot, nil
	case mode == machine.ApplyConfigurationRequest_AUTO:
		return machine.ApplyConfigurationRequest_REBOOT, withReboot + ": " + err.Error(), nil
	}
	return mode, "", status.Error(codes.InvalidArgument, err.Error())
}

func (m *machined) apply(mode machine.ApplyConfigurationRequest_Mode, next *NodeConfig) {
	m.boot.tried = nil
	m.node.disk.Config = next.text()
	m.node.saveDisk()
	switch mode {
	case machine.ApplyConfigurationRequest_NO_REBOOT:
		m.node.activate(next)
	case machine.ApplyConfigurationRequest_REBOOT:
		m.node.restart(runtime.MachineStageRebooting)
	}
}

// try goes back by itself, unless something else is applied before.
func (m *machined) try(next *NodeConfig, timeout time.Duration) {
	before := m.boot.config
	m.boot.tried = before
	m.node.activate(next)
	m.node.queue = append(m.node.queue, task{time.Now().Add(timeout), func() {
		if m.node.boot == m.boot && m.boot.tried == before {
			m.boot.tried = nil
			m.node.activate(before)
		}
	}})
}

// activate lets a running system follow its new config: a new image restarts the kubelet. Who changes a config by reading
// it first, as talosctl does, sees it at once.
func (n *Node) activate(next *NodeConfig) {
	old := n.boot.config
	n.boot.config = next
	n.publish()
	if service := n.boot.services["kubelet"]; service != nil && service.running &&
		old.Machine().Kubelet().Image() != next.Machine().Kubelet().Image() {
		n.restartService("kubelet")
	}
}
