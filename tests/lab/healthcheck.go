// `talosctl health`: a few of Talos' checks, in its order and words.
package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/siderolabs/talos/pkg/machinery/api/cluster"
	"github.com/siderolabs/talos/pkg/machinery/api/common"
	"github.com/siderolabs/talos/pkg/machinery/resources/runtime"
	"google.golang.org/grpc"
)

// HealthCheck waits for one check after the other, within the time that the client gave.
func (m *machined) HealthCheck(in *cluster.HealthCheckRequest, stream grpc.ServerStreamingServer[cluster.HealthCheckProgress]) error {
	say := func(text string) error { return stream.Send(&cluster.HealthCheckProgress{Message: text}) }
	members := in.GetClusterInfo()
	nodes := slices.Concat(members.GetControlPlaneNodes(), members.GetWorkerNodes())
	if err := say(fmt.Sprintf("discovered nodes: %q", nodes)); err != nil {
		return err
	}
	deadline := time.Now().Add(in.GetWaitTimeout().AsDuration())
	checks := healthChecks(m, members.GetControlPlaneNodes(), nodes)
	for _, check := range checks {
		last := "..."
		if err := say("waiting for " + check.name + ": ..."); err != nil {
			return err
		}
		for {
			m.lab.mu.Lock()
			problem := check.problem()
			m.lab.mu.Unlock()
			text := "OK"
			if problem != nil {
				text = problem.Error()
			}
			if text != last {
				last = text
				if err := say("waiting for " + check.name + ": " + text); err != nil {
					return err
				}
			}
			if problem == nil {
				break
			}
			if time.Now().After(deadline) {
				return stream.Send(&cluster.HealthCheckProgress{Metadata: &common.Metadata{Error: "context deadline exceeded"}})
			}
			select {
			case <-stream.Context().Done():
				return stream.Context().Err()
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
	return nil
}

type healthProblem struct {
	name    string
	problem func() error
}

func healthChecks(m *machined, controlPlanes, all []string) []healthProblem {
	each := func(names []string, problem func(*Node) error) func() error {
		return func() error {
			for _, name := range names {
				node := m.lab.node(name)
				if node == nil || !node.configured() || !node.boot.open {
					return fmt.Errorf("rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp %s:50000: connect: no route to host\"", name)
				}
				if err := problem(node); err != nil {
					return err
				}
			}
			return nil
		}
	}
	service := func(name string) func(*Node) error {
		return func(n *Node) error {
			if s := n.boot.services[name]; s == nil || !s.healthy {
				return fmt.Errorf("service %q not in expected state %q", name, "Running")
			}
			return nil
		}
	}
	nodeReady := func(n *Node) error {
		if s := n.boot.kubelet.status; s == nil || !s.NodeReady {
			return fmt.Errorf("some nodes are not ready: [%s]", n.hostname())
		}
		return nil
	}
	return []healthProblem{
		{"etcd to be healthy", each(controlPlanes, service("etcd"))},
		{"etcd members to be consistent across nodes", func() error { return nil }},
		{"etcd members to be control plane nodes", func() error { return m.membersAre(controlPlanes) }},
		{"apid to be ready", each(all, service("apid"))},
		{"kubelet to be healthy", each(all, service("kubelet"))},
		{"all nodes to finish boot sequence", each(all, func(n *Node) error {
			if n.boot.stage != runtime.MachineStageRunning {
				return fmt.Errorf("%s is in stage %s", n.hostname(), n.boot.stage)
			}
			return nil
		})},
		{"all k8s nodes to report", each(all, func(n *Node) error {
			if n.boot.kubelet.status == nil {
				return fmt.Errorf("can't find expected node with IPs [%q]", n.nodeIP())
			}
			return nil
		})},
		{"all k8s nodes to report ready", each(all, nodeReady)},
	}
}

func (m *machined) membersAre(controlPlanes []string) error {
	etcd, _, err := m.local()
	if err != nil {
		return err
	}
	if len(etcd.Members) != len(controlPlanes) {
		return fmt.Errorf("expected to have %d members, got %d", len(controlPlanes), len(etcd.Members))
	}
	for _, member := range etcd.Members {
		if !slices.ContainsFunc(controlPlanes, func(name string) bool { node := m.lab.node(name); return node != nil && node == member.node }) {
			return fmt.Errorf("etcd member ids [%x] are not subset of control plane node IPs %q", member.ID, controlPlanes)
		}
	}
	return nil
}
