// The control socket: looks at the lab and disturbs it. HTTP on a unix socket.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

// Control serves until it is closed.
type Control struct {
	lab      *Lab
	server   *http.Server
	listener net.Listener
}

func openControl(lab *Lab, path string) (*Control, error) {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	c := &Control{lab: lab, listener: listener}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", c.state)
	mux.HandleFunc("POST /settled", c.settled)
	mux.HandleFunc("POST /alarm", c.alarm)
	mux.HandleFunc("POST /hang", c.hang(true))
	mux.HandleFunc("POST /unhang", c.hang(false))
	mux.HandleFunc("POST /delay", c.delay)
	c.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go c.server.Serve(listener) //nolint:errcheck // ends with close
	return c, nil
}

func (c *Control) close() { c.server.Close() }

// NodeState is a machine in GET /state.
type NodeState struct {
	Name     string   `json:"name"`
	ID       string   `json:"id"`
	Power    string   `json:"power"`
	Stage    string   `json:"stage"` // off, or Talos' word
	Ready    bool     `json:"ready"`
	Version  string   `json:"version"`
	Hostname string   `json:"hostname"`
	BootID   string   `json:"boot_id"`
	Address  []string `json:"addresses"`
	Etcd     string   `json:"etcd"` // the etcd whose data it has
	Member   string   `json:"member"`
	Hung     bool     `json:"hung"`
}

// MemberState is a member in GET /state.
type MemberState struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Address string `json:"address"`
	Learner bool   `json:"learner"`
	Leader  bool   `json:"leader"`
	Healthy bool   `json:"healthy"`
	Alarm   string `json:"alarm,omitempty"`
}

// EtcdState is an etcd cluster in GET /state.
type EtcdState struct {
	ID      string        `json:"id"`
	Quorum  bool          `json:"quorum"`
	Members []MemberState `json:"members"`
}

// ClusterState is a cluster in GET /state.
type ClusterState struct {
	ID         string      `json:"id"`
	Etcds      []EtcdState `json:"etcds"`
	Kubernetes string      `json:"kubernetes"` // off, starting, ready, frozen (no quorum)
}

// State is GET /state.
type State struct {
	Nodes     []NodeState    `json:"nodes"`
	Clusters  []ClusterState `json:"clusters"`
	Anomalies []Anomaly      `json:"anomalies"`
}

func (c *Control) state(w http.ResponseWriter, _ *http.Request) {
	c.lab.mu.Lock()
	state := State{Nodes: []NodeState{}, Clusters: []ClusterState{}, Anomalies: append([]Anomaly{}, c.lab.anomalies...)}
	for _, node := range c.lab.sortedNodes() {
		state.Nodes = append(state.Nodes, node.state())
	}
	for _, id := range sortedKeys(c.lab.clusters) {
		state.Clusters = append(state.Clusters, c.lab.clusters[id].state())
	}
	c.lab.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(state) //nolint:errcheck // the asker went away
}

func (n *Node) state() NodeState {
	state := NodeState{Name: n.machine.Name, ID: n.machine.ID, Power: n.machine.Power, Stage: "off", Hung: n.lab.hung[n.machine.Name], Address: []string{}}
	if n.disk != nil {
		state.Version, state.Etcd = n.disk.Talos, n.disk.Etcd
		if n.disk.Etcd != "" {
			state.Member = fmt.Sprintf("%016x", n.disk.MemberID)
		}
	}
	if n.powered != "" {
		state.Stage = "rebooting"
	}
	if n.boot != nil {
		state.Stage, state.Ready, state.Version = n.boot.stage.String(), n.ready(), n.boot.version
		state.Hostname, state.BootID = n.hostname(), n.boot.id
		for _, prefix := range n.addresses() {
			state.Address = append(state.Address, prefix.String())
		}
	}
	return state
}

func (c *Cluster) state() ClusterState {
	state := ClusterState{ID: c.ID, Etcds: []EtcdState{}, Kubernetes: c.kubernetes.state()}
	for _, etcd := range c.Etcds {
		entry := EtcdState{ID: etcd.ID, Quorum: etcd.quorum(), Members: []MemberState{}}
		for _, member := range etcd.Members {
			entry.Members = append(entry.Members, MemberState{ID: fmt.Sprintf("%016x", member.ID), Name: member.Name, Address: member.Address,
				Learner: member.Learner, Leader: member.ID == etcd.Leader, Healthy: member.node != nil, Alarm: etcd.Alarms[member.ID]})
		}
		state.Etcds = append(state.Etcds, entry)
	}
	return state
}

// settled: the world is followed, and each Kubernetes that has a quorum has noticed which machines are gone.
func (c *Control) settled(w http.ResponseWriter, _ *http.Request) {
	c.lab.mu.Lock()
	why := ""
	var agents []*agent
	if c.lab.followed != c.lab.options.worldStamp() {
		why = "the world changed"
	}
	for _, id := range sortedKeys(c.lab.clusters) {
		cluster := c.lab.clusters[id]
		if phase := cluster.kubernetes.state(); phase == "ready" {
			agents = append(agents, cluster.kubernetes.agent)
		} else if etcd := cluster.main(); etcd != nil && etcd.quorum() {
			why = "etcd has a quorum, and Kubernetes is " + phase // until a leader is elected
		}
	}
	c.lab.mu.Unlock()
	for _, agent := range agents {
		if why == "" {
			why = agent.unsettled()
		}
	}
	if why != "" {
		http.Error(w, why, http.StatusConflict)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// alarm raises ?type=NOSPACE|CORRUPT on the member of ?node=, or clears it with type=NONE.
func (c *Control) alarm(w http.ResponseWriter, r *http.Request) {
	c.withNode(w, r, func(node *Node) error {
		kind := r.FormValue("type")
		if kind != "NOSPACE" && kind != "CORRUPT" && kind != "NONE" {
			return fmt.Errorf("unknown type %q; known are NOSPACE, CORRUPT and NONE", kind)
		}
		if node.disk == nil || node.disk.Etcd == "" || !node.configured() {
			return fmt.Errorf("%s has no etcd that runs", node.machine.Name)
		}
		cluster := node.cluster()
		etcd := cluster.etcd(node.disk.Etcd)
		if etcd.Alarms == nil {
			etcd.Alarms = map[uint64]string{}
		}
		if delete(etcd.Alarms, node.disk.MemberID); kind != "NONE" {
			etcd.Alarms[node.disk.MemberID] = kind
		}
		cluster.save()
		return nil
	})
}

// hang lets a node accept connections and never answer, from now on; existing connections are cut.
func (c *Control) hang(hang bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c.withNode(w, r, func(node *Node) error {
			if hang {
				c.lab.hung[node.machine.Name] = true
			} else {
				delete(c.lab.hung, node.machine.Name)
			}
			node.reconcilePorts()
			return nil
		})
	}
}

// delay makes each call of a node wait ?seconds= before it is answered.
func (c *Control) delay(w http.ResponseWriter, r *http.Request) {
	c.withNode(w, r, func(node *Node) error {
		delay, err := time.ParseDuration(r.FormValue("seconds") + "s")
		c.lab.delays[node.machine.Name] = delay
		return err
	})
}

func (c *Control) withNode(w http.ResponseWriter, r *http.Request, run func(*Node) error) {
	c.lab.mu.Lock()
	defer c.lab.mu.Unlock()
	node := c.lab.node(r.FormValue("node"))
	if node == nil {
		http.Error(w, fmt.Sprintf("there is no node %q", r.FormValue("node")), http.StatusNotFound)
		return
	}
	if err := run(node); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
