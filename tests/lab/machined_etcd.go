// The etcd calls of the machine API.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"github.com/siderolabs/talos/pkg/machinery/api/common"
	"github.com/siderolabs/talos/pkg/machinery/api/machine"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// errNoEtcd is what a client of an etcd that does not run gets.
var errNoEtcd = status.Errorf(codes.Unavailable, "connection error: desc = \"transport: Error while dialing: %v\"", &net.OpError{
	Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 2379}, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)})

// recovery is the snapshot that EtcdRecover left for the next bootstrap.
type recovery struct{ snapshot string }

// local is the node's own etcd and its member, when it runs.
func (m *machined) local() (*Etcd, *Member, error) {
	if m.node.disk.Etcd == "" || !m.boot.etcd.running {
		return nil, nil, errNoEtcd
	}
	etcd := m.node.cluster().etcd(m.node.disk.Etcd)
	return etcd, etcd.member(m.node.disk.MemberID), nil
}

func (m *machined) Bootstrap(_ context.Context, in *machine.BootstrapRequest) (*machine.BootstrapResponse, error) {
	err := m.locked(func() error {
		if cri := m.boot.services["cri"]; cri == nil || !cri.running {
			return status.Error(codes.FailedPrecondition, "bootstrap is not available yet")
		}
		if !m.boot.config.controlPlane() {
			return status.Error(codes.FailedPrecondition, "bootstrap can only be performed on a control plane node")
		}
		if m.node.disk.Etcd != "" {
			return status.Error(codes.AlreadyExists, "etcd data directory is not empty")
		}
		snapshot := ""
		if in.RecoverEtcd {
			if snapshot = m.snapshot; snapshot == "" {
				return status.Error(codes.FailedPrecondition, "no snapshot was uploaded")
			}
		}
		return m.node.cluster().bootstrap(m.node, snapshot)
	})
	return &machine.BootstrapResponse{Messages: []*machine.Bootstrap{{}}}, err
}

// EtcdMemberList needs a leader, whichever way it is asked.
func (m *machined) EtcdMemberList(context.Context, *machine.EtcdMemberListRequest) (*machine.EtcdMemberListResponse, error) {
	list := &machine.EtcdMembers{}
	err := m.locked(func() error {
		if err := m.onControlPlane("member list"); err != nil {
			return err
		}
		etcd, _, err := m.local()
		if err != nil {
			return err
		}
		if !etcd.serves() {
			return errNoLeader
		}
		for _, member := range etcd.Members {
			entry := &machine.EtcdMember{Id: member.ID, Hostname: member.Name, IsLearner: member.Learner, PeerUrls: []string{etcdURL(member.Address, 2380)}}
			if member.Name != "" {
				entry.ClientUrls = []string{etcdURL(member.Address, 2379)}
			}
			list.Members = append(list.Members, entry)
			list.LegacyMembers = append(list.LegacyMembers, member.Name)
		}
		return nil
	})
	return &machine.EtcdMemberListResponse{Messages: []*machine.EtcdMembers{list}}, err
}

func etcdURL(address string, port int) string {
	return fmt.Sprintf("https://%s", net.JoinHostPort(address, fmt.Sprint(port)))
}

// EtcdStatus is answered by the member itself, leader or not.
func (m *machined) EtcdStatus(context.Context, *emptypb.Empty) (*machine.EtcdStatusResponse, error) {
	state := &machine.EtcdMemberStatus{ProtocolVersion: "3.6.5", StorageVersion: "3.6.0", DbSize: 21_000_000, DbSizeInUse: 6_300_000}
	err := m.locked(func() error {
		if err := m.onControlPlane("etcd status"); err != nil {
			return err
		}
		etcd, member, err := m.local()
		if err != nil {
			return fmt.Errorf("failed to query etcd status: %w", err)
		}
		state.MemberId, state.IsLearner = m.node.disk.MemberID, member != nil && member.Learner
		state.RaftIndex, state.RaftTerm, state.RaftAppliedIndex = etcd.Index, etcd.Term, etcd.Index
		if etcd.serves() {
			state.Leader = etcd.Leader
		} else {
			state.Errors = append(state.Errors, errNoLeader.Error())
		}
		for id, alarm := range etcd.Alarms {
			state.Errors = append(state.Errors, fmt.Sprintf("memberID:%d alarm:%s ", id, alarm))
		}
		return nil
	})
	return &machine.EtcdStatusResponse{Messages: []*machine.EtcdStatus{{MemberStatus: state}}}, err
}

func (m *machined) EtcdRemoveMemberByID(_ context.Context, in *machine.EtcdRemoveMemberByIDRequest) (*machine.EtcdRemoveMemberByIDResponse, error) {
	err := m.locked(func() error {
		if err := m.onControlPlane("etcd remove member"); err != nil {
			return err
		}
		etcd, _, err := m.local()
		if err != nil {
			return err
		}
		err = etcd.remove(in.MemberId, m.lab.options.Delay(1))
		m.node.cluster().save()
		if errors.Is(err, errNotFound) {
			return status.Errorf(codes.NotFound, "failed to remove member %d: %v", in.MemberId, err)
		}
		if err != nil {
			return fmt.Errorf("failed to remove member: failed to remove member %d: %w", in.MemberId, err)
		}
		return nil
	})
	return &machine.EtcdRemoveMemberByIDResponse{Messages: []*machine.EtcdRemoveMemberByID{{}}}, err
}

// EtcdLeaveCluster tries for a while where etcd is only not settled yet, as Talos does.
func (m *machined) EtcdLeaveCluster(ctx context.Context, _ *machine.EtcdLeaveClusterRequest) (*machine.EtcdLeaveClusterResponse, error) {
	if err := m.onControlPlane("etcd leave"); err != nil {
		return nil, err
	}
	err := retry(ctx, m.lab.options.Delay(300), m.lab.options.Delay(1), func() error { return m.locked(m.node.leaveEtcd) })
	if err != nil && status.Code(err) == codes.Unknown {
		err = fmt.Errorf("failed to leave cluster: %w", err)
	}
	return &machine.EtcdLeaveClusterResponse{Messages: []*machine.EtcdLeaveCluster{{}}}, err
}

func isRetried(err error) bool { return errors.Is(err, errUnhealthy) }

// leaveEtcd removes the node's own member, stops its etcd and deletes its data.
func (n *Node) leaveEtcd() error {
	if n.disk.Etcd == "" {
		return errNoEtcd
	}
	cluster := n.cluster()
	if etcd := cluster.etcd(n.disk.Etcd); etcd != nil {
		if etcd.Leader == n.disk.MemberID && etcd.othersCouldLead(n.disk.MemberID) {
			n.lab.anomaly("leader-left", n.machine.Name, "it led, others could have, and it handed nothing over")
		}
		err := etcd.remove(n.disk.MemberID, n.lab.options.Delay(1))
		if err != nil && !errors.Is(err, errNotFound) {
			return fmt.Errorf("failed to remove member %d: %w", n.disk.MemberID, err)
		}
	}
	n.disk.Etcd, n.disk.MemberID = "", 0
	n.saveDisk()
	n.boot.etcd = etcdService{left: true}
	cluster.save()
	return nil
}

func (m *machined) EtcdForfeitLeadership(context.Context, *machine.EtcdForfeitLeadershipRequest) (*machine.EtcdForfeitLeadershipResponse, error) {
	given := ""
	err := m.locked(func() error {
		if err := m.onControlPlane("etcd forfeit leadership"); err != nil {
			return err
		}
		etcd, member, err := m.local()
		if err != nil {
			return err
		}
		given, err = etcd.forfeit(member)
		m.node.cluster().save()
		if err != nil {
			return fmt.Errorf("failed to forfeit leadership: %w", err)
		}
		return nil
	})
	return &machine.EtcdForfeitLeadershipResponse{Messages: []*machine.EtcdForfeitLeadership{{Member: given}}}, err
}

// forfeit hands over to the first other member of the list, whoever that is: Talos does not choose.
func (e *Etcd) forfeit(member *Member) (string, error) {
	if !e.serves() {
		return "", fmt.Errorf("failed to list etcd members: %w", errNoLeader)
	}
	if len(e.Members) == 1 {
		return "", errors.New("cannot forfeit leadership, only one member")
	}
	if member == nil || e.Leader != member.ID {
		return "", nil
	}
	for _, other := range e.Members {
		if other.ID != member.ID {
			return other.Name, e.moveLeader(other)
		}
	}
	return "", nil
}

func (m *machined) EtcdAlarmList(context.Context, *emptypb.Empty) (*machine.EtcdAlarmListResponse, error) {
	list := &machine.EtcdAlarm{}
	err := m.alarms("etcd alarm list", func(etcd *Etcd) { list.MemberAlarms = etcd.alarms() })
	return &machine.EtcdAlarmListResponse{Messages: []*machine.EtcdAlarm{list}}, err
}

func (m *machined) EtcdAlarmDisarm(context.Context, *emptypb.Empty) (*machine.EtcdAlarmDisarmResponse, error) {
	list := &machine.EtcdAlarmDisarm{}
	err := m.alarms("etcd alarm disarm", func(etcd *Etcd) {
		list.MemberAlarms = etcd.alarms()
		clear(etcd.Alarms)
	})
	return &machine.EtcdAlarmDisarmResponse{Messages: []*machine.EtcdAlarmDisarm{list}}, err
}

func (m *machined) alarms(what string, run func(*Etcd)) error {
	return m.locked(func() error {
		if err := m.onControlPlane(what); err != nil {
			return err
		}
		etcd, _, err := m.local()
		if err == nil && !etcd.serves() {
			err = errNoLeader
		}
		if err != nil {
			return fmt.Errorf("failed to list etcd alarms: %w", err)
		}
		run(etcd)
		return nil
	})
}

func (e *Etcd) alarms() []*machine.EtcdMemberAlarm {
	var list []*machine.EtcdMemberAlarm
	for _, member := range e.Members {
		if alarm := e.Alarms[member.ID]; alarm != "" {
			list = append(list, &machine.EtcdMemberAlarm{MemberId: member.ID,
				Alarm: machine.EtcdMemberAlarm_AlarmType(machine.EtcdMemberAlarm_AlarmType_value[alarm])})
		}
	}
	return list
}

func (m *machined) EtcdDefragment(context.Context, *emptypb.Empty) (*machine.EtcdDefragmentResponse, error) {
	err := m.locked(func() error {
		if err := m.onControlPlane("etcd defragment"); err != nil {
			return err
		}
		_, _, err := m.local()
		return err
	})
	return &machine.EtcdDefragmentResponse{Messages: []*machine.EtcdDefragment{{}}}, err
}

// EtcdSnapshot is of the real etcd, leader or not.
func (m *machined) EtcdSnapshot(_ *machine.EtcdSnapshotRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	var kubernetes *Kubernetes
	err := m.locked(func() error {
		if err := m.onControlPlane("etcd snapshot"); err != nil {
			return err
		}
		etcd, _, err := m.local()
		if err == nil && etcd != m.node.cluster().main() {
			err = errors.New("this etcd is a second one and has no data in the lab")
		}
		if err != nil {
			return fmt.Errorf("failed reading etcd snapshot: %w", err)
		}
		kubernetes = m.node.cluster().kubernetes
		return nil
	})
	if err != nil {
		return err
	}
	return kubernetes.snapshot(stream.Context(), func(data []byte) error { return stream.Send(&common.Data{Bytes: data}) })
}

// EtcdRecover takes a snapshot for the bootstrap that follows.
func (m *machined) EtcdRecover(stream grpc.ClientStreamingServer[common.Data, machine.EtcdRecoverResponse]) error {
	if err := m.onControlPlane("etcd recover"); err != nil {
		return err
	}
	path := filepath.Join(m.lab.options.State, m.node.machine.ID+".snapshot")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	for {
		data, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if _, err := file.Write(data.Bytes); err != nil {
			return err
		}
	}
	m.lab.mu.Lock()
	m.snapshot = path
	m.lab.mu.Unlock()
	return stream.SendAndClose(&machine.EtcdRecoverResponse{Messages: []*machine.EtcdRecover{{}}})
}

// etcdAllowsUpgrade is the check of the upgrade API up to 1.12.
func (n *Node) etcdAllowsUpgrade() error {
	etcd := n.cluster().etcd(n.disk.Etcd)
	if etcd == nil || !etcd.serves() {
		return fmt.Errorf("error validating etcd for upgrade: %w", errNoLeader)
	}
	if len(etcd.Members) == 2 {
		return fmt.Errorf("error validating etcd for upgrade: etcd member count(%d) is insufficient to maintain quorum if upgrade commences", 2)
	}
	for _, member := range etcd.Members {
		if member.Name == "" {
			return fmt.Errorf("error validating etcd for upgrade: etcd member %016x is not started, all members must be running to perform an upgrade", member.ID)
		}
		if member.node == nil {
			return fmt.Errorf("error validating etcd for upgrade: etcd member %016x is not healthy; all members must be healthy to perform an upgrade: context deadline exceeded", member.ID)
		}
	}
	return nil
}
