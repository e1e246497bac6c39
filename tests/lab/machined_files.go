// Version, files, events, kubeconfig: what is read from a node.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/siderolabs/talos/pkg/machinery/api/common"
	"github.com/siderolabs/talos/pkg/machinery/api/machine"
	"github.com/siderolabs/talos/pkg/machinery/api/storage"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

func (m *machined) Version(context.Context, *emptypb.Empty) (*machine.VersionResponse, error) {
	version := &machine.Version{
		Version:  &machine.VersionInfo{Tag: m.boot.version, Sha: "bench", GoVersion: "go1.25", Os: "linux", Arch: "amd64"},
		Platform: &machine.PlatformInfo{Name: "metal", Mode: "metal"},
	}
	if m.boot.config != nil {
		version.Features = &machine.FeaturesInfo{Rbac: true}
	}
	return &machine.VersionResponse{Messages: []*machine.Version{version}}, nil
}

func (m *machined) Hostname(context.Context, *emptypb.Empty) (*machine.HostnameResponse, error) {
	return &machine.HostnameResponse{Messages: []*machine.Hostname{{Hostname: m.node.hostname()}}}, nil
}

func (m *machined) Memory(context.Context, *emptypb.Empty) (*machine.MemoryResponse, error) {
	info := &machine.MemInfo{Memtotal: 4 << 20, Memfree: 3 << 20, Memavailable: 3 << 20}
	return &machine.MemoryResponse{Messages: []*machine.Memory{{Meminfo: info}}}, nil
}

// Disks is how `reset --wait` asks a machine in maintenance whether it is there again.
func (m *machined) Disks(context.Context, *emptypb.Empty) (*storage.DisksResponse, error) {
	disk := &storage.Disk{Size: 40 << 30, Model: "Virtual Disk", DeviceName: "/dev/sda", Type: storage.Disk_HDD, SystemDisk: m.boot.config != nil}
	return &storage.DisksResponse{Messages: []*storage.Disks{{Disks: []*storage.Disk{disk}}}}, nil
}

func (m *machined) Read(in *machine.ReadRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	if in.Path != "/proc/sys/kernel/random/boot_id" {
		return status.Errorf(codes.NotFound, "stat %s: no such file or directory", in.Path)
	}
	return stream.Send(&common.Data{Bytes: []byte(m.boot.id + "\n")})
}

const etcdData = "/var/lib/etcd/member"

// List knows just the one folder that tells whether etcd has data.
func (m *machined) List(in *machine.ListRequest, stream grpc.ServerStreamingServer[machine.FileInfo]) error {
	root := "/" + strings.Trim(in.Root, "/")
	var present bool
	err := m.locked(func() error { present = m.node.disk != nil && m.node.disk.Etcd != ""; return nil })
	if err != nil {
		return err
	}
	if root != etcdData || !present {
		return stream.Send(&machine.FileInfo{Metadata: &common.Metadata{Error: fmt.Sprintf("lstat %s: no such file or directory", root)}})
	}
	for _, name := range []string{".", "snap", "wal"} {
		path := strings.TrimSuffix(root+"/"+name, "/.")
		if err := stream.Send(&machine.FileInfo{Name: path, RelativeName: name, IsDir: true, Mode: 0o700 | 1<<31, Modified: m.boot.started.Unix()}); err != nil {
			return err
		}
	}
	return nil
}

func (m *machined) Events(in *machine.EventsRequest, stream grpc.ServerStreamingServer[machine.Event]) error {
	seen := m.boot.events.count()
	if in.TailEvents < 0 {
		seen = 0
	} else {
		seen = max(0, seen-int(in.TailEvents))
	}
	if err := stream.Send(&machine.Event{}); err != nil { // tells that the stream is open
		return err
	}
	for {
		events, changed, closed := m.boot.events.from(seen)
		for _, event := range events {
			seen++
			if in.WithActorId != "" && event.ActorId != in.WithActorId {
				continue
			}
			if err := stream.Send(event); err != nil {
				return err
			}
		}
		if closed {
			return nil
		}
		if len(events) > 0 {
			continue
		}
		select {
		case <-stream.Context().Done():
			return stream.Context().Err()
		case <-changed:
		}
	}
}

// Kubeconfig is an admin's, new each time, in a .tar.gz as Copy gives files.
func (m *machined) Kubeconfig(_ *emptypb.Empty, stream grpc.ServerStreamingServer[common.Data]) error {
	if err := m.onControlPlane("kubeconfig"); err != nil {
		return err
	}
	text, err := kubeconfig(m.boot.config)
	if err != nil {
		return err
	}
	var archive bytes.Buffer
	compressed := gzip.NewWriter(&archive)
	writer := tar.NewWriter(compressed)
	header := &tar.Header{Typeflag: tar.TypeReg, Name: "kubeconfig", Size: int64(len(text)), ModTime: time.Now(), Mode: 0o600}
	if err := writer.WriteHeader(header); err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { _, err := writer.Write([]byte(text)); return err }, writer.Close, compressed.Close,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return stream.Send(&common.Data{Bytes: archive.Bytes()})
}

func kubeconfig(config *NodeConfig) (string, error) {
	cluster := config.Cluster()
	client, err := clientCertificate(cluster.IssuingCA(), "admin", "system:masters")
	if err != nil {
		return "", err
	}
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf(`apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: %[3]s
    server: %[2]s
  name: %[1]s
contexts:
- context:
    cluster: %[1]s
    namespace: default
    user: admin@%[1]s
  name: admin@%[1]s
current-context: admin@%[1]s
kind: Config
users:
- name: admin@%[1]s
  user:
    client-certificate-data: %[4]s
    client-key-data: %[5]s
`, cluster.Name(), cluster.Endpoint(), encode(cluster.IssuingCA().Crt), encode(client.Crt), encode(client.Key)), nil
}

// ImagePull pretends: no image is ever needed.
func (m *machined) ImagePull(context.Context, *machine.ImagePullRequest) (*machine.ImagePullResponse, error) {
	return &machine.ImagePullResponse{Messages: []*machine.ImagePull{{}}}, nil
}

func sortedKeys[V any](all map[string]V) []string {
	keys := make([]string, 0, len(all))
	for key := range all {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
