// The real part of a cluster: one etcd, one kube-apiserver and one kube-controller-manager for all its control planes.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"k8s.io/client-go/rest"
)

// Kubernetes runs while the etcd has quorum, and is frozen while it has none: then nothing answers, and nothing moves.
type Kubernetes struct {
	cluster   *Cluster
	phase     string // off, starting, ready, frozen
	config    *NodeConfig
	etcdPort  int
	apiPort   int
	processes []*process // etcd, kube-apiserver, kube-controller-manager
	client    *rest.Config
	front     *front
	agent     *agent
	cancel    context.CancelFunc
	failed    time.Time
}

func newKubernetes(cluster *Cluster) *Kubernetes { return &Kubernetes{cluster: cluster, phase: "off"} }

func (k *Kubernetes) state() string { return k.phase }

// step follows the membership; the lab is locked.
func (k *Kubernetes) step(now time.Time) {
	etcd := k.cluster.main()
	if etcd == nil {
		return
	}
	serves := etcd.serves()
	switch k.phase {
	case "off":
		if leader := etcd.member(etcd.Leader); serves && leader.node != nil && now.Sub(k.failed) > 2*time.Second {
			k.phase, k.config = "starting", leader.node.boot.config
			ctx, cancel := context.WithCancel(context.Background())
			k.cancel = cancel
			go k.start(ctx)
		}
	case "ready":
		if !serves {
			k.freeze(syscall.SIGSTOP, "frozen")
		} else if died := k.dead(); died != "" {
			log.Printf("%s ended, see its log; starting again", died)
			k.phase, k.failed = "off", now
			k.end()
		}
	case "frozen":
		if serves {
			k.freeze(syscall.SIGCONT, "ready")
		}
	}
}

func (k *Kubernetes) dead() string {
	for _, process := range k.processes {
		if !process.alive() {
			return process.name
		}
	}
	return ""
}

// freeze stops or continues all but etcd, whose snapshot can be had without quorum too.
func (k *Kubernetes) freeze(signal os.Signal, phase string) {
	for _, process := range k.processes[1:] {
		process.signal(signal)
	}
	k.phase = phase
	log.Printf("cluster %s: Kubernetes is %s", k.config.Cluster().Name(), phase)
}

// start brings everything up, and gives up when it takes too long.
func (k *Kubernetes) start(ctx context.Context) {
	started := time.Now()
	err := k.launch(ctx)
	lab := k.cluster.lab
	lab.mu.Lock()
	defer lab.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		log.Printf("cluster %s: starting Kubernetes: %v", k.config.Cluster().Name(), err)
		k.phase, k.failed = "off", time.Now()
		k.end()
		return
	}
	k.phase = "ready"
	k.agent = newAgent(k)
	go k.agent.run(ctx)
	log.Printf("cluster %s: Kubernetes is ready after %.1f s", k.config.Cluster().Name(), time.Since(started).Seconds())
}

func (k *Kubernetes) launch(ctx context.Context) error {
	folder := k.cluster.folder
	if err := k.writeFiles(); err != nil {
		return err
	}
	peerPort, err := freePort()
	if err != nil {
		return err
	}
	for _, port := range []*int{&k.etcdPort, &k.apiPort} {
		if *port, err = freePort(); err != nil {
			return err
		}
	}
	client, peer := fmt.Sprintf("http://127.0.0.1:%d", k.etcdPort), fmt.Sprintf("http://127.0.0.1:%d", peerPort)
	if err := k.run(ctx, "etcd", "--name=lab", "--data-dir="+filepath.Join(folder, "etcd"), "--log-level=warn", "--unsafe-no-fsync",
		"--listen-client-urls="+client, "--advertise-client-urls="+client, "--listen-peer-urls="+peer,
		"--initial-advertise-peer-urls="+peer, "--initial-cluster=lab="+peer); err != nil {
		return err
	}
	if err := k.run(ctx, "kube-apiserver", k.apiArguments(client)...); err != nil {
		return err
	}
	if err := k.waitFor(ctx, "/readyz"); err != nil {
		return err
	}
	if k.front, err = newFront(k); err != nil {
		return err
	}
	return k.run(ctx, "kube-controller-manager", k.managerArguments()...)
}

// run starts a process, unless it was told meanwhile to stop.
func (k *Kubernetes) run(ctx context.Context, name string, arguments ...string) error {
	k.cluster.lab.mu.Lock()
	defer k.cluster.lab.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	process, err := startProcess(k.cluster.lab.options.Tools, k.cluster.folder, name, arguments...)
	if err == nil {
		k.processes = append(k.processes, process)
	}
	return err
}

func (k *Kubernetes) waitFor(ctx context.Context, path string) error {
	transport, err := rest.TransportFor(k.client)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: transport, Timeout: 5 * time.Second}
	last := fmt.Errorf("no answer")
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(100 * time.Millisecond) {
		response, err := client.Get(k.client.Host + path)
		if err != nil {
			last = err
			continue
		}
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return nil
		}
		last = fmt.Errorf("%s says %s", path, response.Status)
	}
	return fmt.Errorf("kube-apiserver is not ready: %w", last)
}

// end stops all processes in the background; the lab is locked.
func (k *Kubernetes) end() {
	if k.cancel != nil {
		k.cancel()
	}
	processes := k.processes
	k.processes, k.agent = nil, nil
	for i := len(processes) - 1; i >= 0; i-- {
		patience := 300 * time.Millisecond // only etcd has something to put in order
		if i == 0 {
			patience = 3 * time.Second
		}
		processes[i].stop(patience)
	}
}

func (k *Kubernetes) stop() {
	k.phase = "off"
	k.end()
}

// snapshot streams the real etcd's own snapshot, with its checksum at the end.
func (k *Kubernetes) snapshot(ctx context.Context, send func([]byte) error) error {
	client, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", k.etcdPort), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer client.Close()
	stream, err := etcdserverpb.NewMaintenanceClient(client).Snapshot(ctx, &etcdserverpb.SnapshotRequest{})
	if err != nil {
		return fmt.Errorf("failed reading etcd snapshot: %w", err)
	}
	for {
		part, err := stream.Recv()
		if err != nil {
			if err.Error() == "EOF" {
				return nil
			}
			return err
		}
		if err := send(part.Blob); err != nil {
			return err
		}
	}
}

// restore replaces etcd's data by a snapshot; Kubernetes starts again from it. The lab is locked.
func (k *Kubernetes) restore(snapshot string) error {
	k.stop()
	data := filepath.Join(k.cluster.folder, "etcd")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	out, err := exec.Command(filepath.Join(k.cluster.lab.options.Tools, "etcdutl"), "snapshot", "restore", snapshot, "--data-dir="+data,
		"--name=lab", "--initial-cluster=lab=http://127.0.0.1:1", "--initial-advertise-peer-urls=http://127.0.0.1:1").CombinedOutput()
	if err != nil {
		return fmt.Errorf("restoring the snapshot: %w: %s", err, out)
	}
	return nil
}
