// The inner server of one boot: roles, maintenance's refusals, the call log, and the registered services.
package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/state/protobuf/server"
	"github.com/siderolabs/grpc-proxy/proxy"
	"github.com/siderolabs/talos/pkg/machinery/api/cluster"
	"github.com/siderolabs/talos/pkg/machinery/api/machine"
	"github.com/siderolabs/talos/pkg/machinery/api/storage"
	"github.com/siderolabs/talos/pkg/machinery/constants"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
)

type machined struct {
	machine.UnimplementedMachineServiceServer
	cluster.UnimplementedClusterServiceServer
	storage.UnimplementedStorageServiceServer

	node   *Node
	boot   *Boot
	lab    *Lab
	server *grpc.Server
	client *grpc.ClientConn // for this node's endpoint
	peers  peers
	recovery
}

func newMachined(node *Node, boot *Boot) *machined {
	m := &machined{node: node, boot: boot, lab: node.lab}
	m.server = grpc.NewServer(grpc.MaxRecvMsgSize(constants.GRPCMaxMessageSize), grpc.UnaryInterceptor(m.unary), grpc.StreamInterceptor(m.stream))
	machine.RegisterMachineServiceServer(m.server, m)
	cluster.RegisterClusterServiceServer(m.server, m)
	storage.RegisterStorageServiceServer(m.server, m)
	cosi.RegisterStateServer(m.server, server.NewState(boot.state.readable()))
	listener := bufconn.Listen(1 << 20)
	go m.server.Serve(listener) //nolint:errcheck // ends with stop
	client, err := grpc.NewClient("passthrough:///machined",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(constants.GRPCMaxMessageSize), grpc.ForceCodecV2(proxy.Codec())))
	check(err)
	m.client = client
	return m
}

// stop ends all calls at once. The lab is locked, and a call that ends may want the lock.
func (m *machined) stop() {
	go func() {
		m.peers.close()
		m.client.Close()
		m.server.Stop()
	}()
}

func (m *machined) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	started := time.Now()
	m.wait(ctx)
	err := m.allowed(ctx, info.FullMethod)
	var reply any
	if err == nil {
		reply, err = handler(ctx, request)
	}
	m.lab.calls.log(m.call(ctx, info.FullMethod, request, started, err))
	return reply, err
}

func (m *machined) stream(service any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	started := time.Now()
	watched := &watchedStream{ServerStream: stream}
	m.wait(stream.Context())
	err := m.allowed(stream.Context(), info.FullMethod)
	if err == nil {
		err = handler(service, watched)
	}
	m.lab.calls.log(m.call(stream.Context(), info.FullMethod, watched.request, started, err))
	return err
}

// watchedStream remembers the first request, for the call log.
type watchedStream struct {
	grpc.ServerStream
	request any
}

func (s *watchedStream) RecvMsg(message any) error {
	if s.request == nil {
		s.request = message
	}
	return s.ServerStream.RecvMsg(message)
}

// wait is what POST /delay asked for.
func (m *machined) wait(ctx context.Context) {
	m.lab.mu.Lock()
	delay := m.lab.delays[m.node.machine.Name]
	m.lab.mu.Unlock()
	select {
	case <-ctx.Done():
	case <-time.After(delay):
	}
}

func roles(ctx context.Context) []string {
	md, _ := metadata.FromIncomingContext(ctx)
	return md[rolesKey]
}

func isAdmin(ctx context.Context) bool { return slices.Contains(roles(ctx), "os:admin") }

// What the reader may do, what operators may besides; all else is for admins.
var (
	readers = []string{"CPUInfo", "DiskUsage", "Dmesg", "EtcdAlarmList", "EtcdMemberList", "EtcdStatus", "Events", "Hostname", "List", "LoadAvg",
		"Logs", "LogsContainers", "Memory", "Mounts", "Processes", "ServiceList", "Stats", "SystemStat", "Version", "Disks", "Get", "Watch", "HealthCheck"}
	operators = []string{"EtcdAlarmDisarm", "EtcdDefragment", "EtcdSnapshot", "ImagePull", "Pull", "Reboot", "Restart", "ServiceRestart", "ServiceStart",
		"ServiceStop", "Shutdown"}
)

// allowed asks the roles, and in maintenance what that release serves there.
func (m *machined) allowed(ctx context.Context, method string) error {
	service, name, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")
	if m.boot.config == nil {
		return m.allowedInMaintenance(service, name)
	}
	has := roles(ctx)
	switch {
	case slices.Contains(has, "os:admin"):
		return nil
	case slices.Contains(has, "os:operator") && (slices.Contains(operators, name) || slices.Contains(readers, name)):
		return nil
	case slices.Contains(has, "os:reader") && slices.Contains(readers, name):
		return nil
	case slices.Contains(has, "os:etcd:backup") && (strings.HasPrefix(name, "EtcdMember") || name == "EtcdSnapshot" || name == "EtcdStatus"):
		return nil
	}
	return errNotAuthorized
}

// allowedInMaintenance: up to 1.12 a small server of its own, from 1.13 on the usual one for readers.
func (m *machined) allowedInMaintenance(service, name string) error {
	if service == "cosi.resource.State" || name == "ApplyConfiguration" || service == "storage.StorageService" {
		return nil
	}
	if atLeast(m.boot.version, 1, 13) {
		if slices.Contains(readers, name) {
			return nil
		}
		return errNotAuthorized
	}
	switch name {
	case "Version", "Upgrade", "Reset", "MetaWrite", "MetaDelete":
		return status.Error(codes.Unimplemented, "API is not implemented in maintenance mode")
	}
	if service == "machine.MachineService" {
		return status.Errorf(codes.Unimplemented, "method %s not implemented", name)
	}
	return status.Errorf(codes.Unimplemented, "unknown service %s", service)
}

// locked runs with the lab locked, and fails when this boot ended meanwhile.
func (m *machined) locked(run func() error) error {
	m.lab.mu.Lock()
	defer m.lab.mu.Unlock()
	if m.node.boot != m.boot {
		return status.Error(codes.Unavailable, "error reading from server: EOF")
	}
	m.node.shown = time.Time{}
	return run()
}

func (m *machined) onControlPlane(what string) error {
	if m.boot.config.controlPlane() {
		return nil
	}
	return status.Errorf(codes.Unimplemented, "%s is only available on control plane nodes", what)
}

// call describes a call for the log, without anything secret.
func (m *machined) call(ctx context.Context, method string, request any, started time.Time, err error) Call {
	md, _ := metadata.FromIncomingContext(ctx)
	endpoint := m.node.machine.Name
	if from := md[endpointKey]; len(from) > 0 {
		endpoint = from[0]
	}
	call := Call{Time: started, Seconds: time.Since(started).Seconds(), Node: m.node.machine.Name, Endpoint: endpoint, Method: method,
		Arguments: arguments(request), Code: status.Code(err).String()}
	if err != nil {
		call.Error = status.Convert(err).Message()
	}
	if strings.Contains(method, "ApplyConfiguration") && err != nil {
		call.Error = "" // a refusal may quote the config
	}
	return call
}

func unknownImage(image string) error {
	return fmt.Errorf("error validating installer image %q: it has no version", image)
}
