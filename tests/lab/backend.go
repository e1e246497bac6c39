// Where a call goes to: this node's own server, or another node's endpoint, reached as this one reaches it.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/siderolabs/crypto/x509"
	"github.com/siderolabs/grpc-proxy/proxy"
	"github.com/siderolabs/talos/pkg/machinery/api/common"
	"github.com/siderolabs/talos/pkg/machinery/constants"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

func outgoing(ctx context.Context, roles []string, endpoint string) (context.Context, metadata.MD) {
	md, _ := metadata.FromIncomingContext(ctx)
	md = md.Copy()
	md.Set(rolesKey, roles...)
	if len(md[endpointKey]) == 0 {
		md.Set(endpointKey, endpoint)
	}
	for _, key := range []string{":authority", "node", "nodes"} {
		delete(md, key)
	}
	return metadata.NewOutgoingContext(ctx, md), md
}

type localBackend struct {
	apid  *apid
	roles []string
}

func (b *localBackend) String() string { return b.apid.node.machine.Name }

func (b *localBackend) GetConnection(ctx context.Context, _ string) (context.Context, *grpc.ClientConn, error) {
	ctx, _ = outgoing(ctx, b.roles, b.apid.node.machine.Name)
	return ctx, b.apid.boot.machined.client, nil
}

func (b *localBackend) AppendInfo(_ bool, response []byte) ([]byte, error) { return response, nil }
func (b *localBackend) BuildError(bool, error) ([]byte, error)             { return nil, nil }

// remoteBackend is another node, by the name that the client used.
type remoteBackend struct {
	target   string
	roles    []string
	endpoint string
	client   *grpc.ClientConn
	err      error
}

// remote finds or opens the connection; the lab is locked.
func (a *apid) remote(target string, roles []string) proxy.Backend {
	backend := &remoteBackend{target: target, roles: roles, endpoint: a.node.machine.Name}
	backend.client, backend.err = a.boot.machined.peers.connect(a.node.lab, a.boot, target)
	return backend
}

func (b *remoteBackend) String() string { return b.target }

func (b *remoteBackend) GetConnection(ctx context.Context, _ string) (context.Context, *grpc.ClientConn, error) {
	ctx, md := outgoing(ctx, b.roles, b.endpoint)
	md.Set(forwardKey, b.endpoint)
	return ctx, b.client, b.err
}

// AppendInfo adds the node's name to a reply. Every unary reply is `repeated X messages = 1` with
// `X.metadata = 1`, so that the bytes of a metadata field may be appended to the first message.
func (b *remoteBackend) AppendInfo(streaming bool, response []byte) ([]byte, error) {
	info, err := proto.Marshal(&common.Empty{Metadata: &common.Metadata{Hostname: b.target}})
	if err != nil || streaming {
		return append(response, info...), err
	}
	number, kind, size := protowire.ConsumeTag(response)
	if size < 0 || number != 1 || kind != protowire.BytesType {
		return nil, fmt.Errorf("a reply without messages: %d", number)
	}
	message, size := protowire.ConsumeBytes(response[size:])
	if size < 0 {
		return nil, protowire.ParseError(size)
	}
	message = append(append([]byte{}, message...), info...)
	return protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), message), nil
}

// BuildError makes an error one of several replies.
func (b *remoteBackend) BuildError(streaming bool, err error) ([]byte, error) {
	message := &common.Empty{Metadata: &common.Metadata{Hostname: b.target, Error: err.Error(), Status: status.Convert(err).Proto()}}
	if streaming {
		return proto.Marshal(message)
	}
	return proto.Marshal(&common.EmptyResponse{Messages: []*common.Empty{message}})
}

// peers are the connections of one endpoint to others.
type peers struct {
	mu      sync.Mutex
	clients map[string]*grpc.ClientConn
}

func (p *peers) connect(lab *Lab, boot *Boot, target string) (*grpc.ClientConn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if client := p.clients[target]; client != nil {
		return client, nil
	}
	ca := boot.config.Machine().Security().IssuingCA()
	encoded, err := clientCertificate(ca, "apid", "os:impersonator")
	if err != nil {
		return nil, err
	}
	certificate, err := tls.X509KeyPair(encoded.Crt, encoded.Key)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: target, RootCAs: pool(ca.Crt), Certificates: []tls.Certificate{certificate}}
	client, err := grpc.NewClient("passthrough:///"+target,
		grpc.WithContextDialer(lab.dial),
		grpc.WithTransportCredentials(credentials.NewTLS(config)),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, MaxDelay: 500 * time.Millisecond},
			MinConnectTimeout: 20 * time.Second,
		}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(constants.GRPCMaxMessageSize), grpc.ForceCodecV2(proxy.Codec())),
	)
	if err != nil {
		return nil, err
	}
	if p.clients == nil {
		p.clients = map[string]*grpc.ClientConn{}
	}
	p.clients[target] = client
	return client, nil
}

func (p *peers) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, client := range p.clients {
		client.Close()
	}
	p.clients = nil
}

// dial reaches a node in the nodes' own network, where node addresses and host names mean something. On
// this host only its DHCP address is there, so that one is dialled, and errors speak of the asked one.
func (l *Lab) dial(ctx context.Context, target string) (net.Conn, error) {
	l.mu.Lock()
	node := l.node(target)
	address := ""
	if node != nil && node.powered != "" && !node.asleep {
		address = node.machine.Address
	}
	l.mu.Unlock()
	asked := &net.TCPAddr{IP: net.ParseIP(target), Port: constants.ApidPort}
	if address == "" {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: asked, Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}
	}
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", fmt.Sprintf("%s:%d", address, constants.ApidPort))
	var failed *net.OpError
	if errors.As(err, &failed) {
		failed.Addr = asked
		return nil, failed
	}
	return connection, err
}

// machineCA finds the CA with its key: workers have only the certificate.
func (l *Lab) machineCA(config *NodeConfig) *x509.PEMEncodedCertificateAndKey {
	ca := config.Machine().Security().IssuingCA()
	if ca != nil && len(ca.Key) > 0 {
		return ca
	}
	for _, node := range l.sortedNodes() {
		if node.configured() && node.boot.config.controlPlane() && node.boot.config.Cluster().ID() == config.Cluster().ID() {
			return node.boot.config.Machine().Security().IssuingCA()
		}
	}
	return nil
}
