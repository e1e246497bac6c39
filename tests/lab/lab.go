// The lab as a whole: follows the world, and lets machines and clusters live in small steps.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Lab holds all emulated state. One lock guards it: what happens at a time is small.
type Lab struct {
	options Options
	reader  worldReader
	calls   *Calls
	control *Control

	mu        sync.Mutex
	world     *World
	followed  string           // the stamp of that world
	nodes     map[string]*Node // by VM ID
	disks     map[string]*Disk
	clusters  map[string]*Cluster // by cluster.id of the machine configs
	hung      map[string]bool     // nodes that accept connections and never answer
	delays    map[string]time.Duration
	anomalies []Anomaly
	trouble   string // the last complaint about the world, told once
}

// Anomaly is something that must never happen, such as a second bootstrap.
type Anomaly struct {
	Time time.Time `json:"time"`
	Kind string    `json:"kind"`
	Node string    `json:"node"`
	Text string    `json:"text"`
}

// NewLab opens the state folder and the control socket.
func NewLab(options Options) (*Lab, error) {
	var err error
	if options.State, err = filepath.Abs(options.State); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(options.State, 0o700); err != nil {
		return nil, err
	}
	lab := &Lab{
		options: options, reader: worldReader{options: options}, world: &World{},
		nodes: map[string]*Node{}, disks: map[string]*Disk{}, clusters: map[string]*Cluster{},
		hung: map[string]bool{}, delays: map[string]time.Duration{},
	}
	if err := loadJSON(filepath.Join(options.State, "anomalies.json"), &lab.anomalies); err != nil {
		return nil, err
	}
	if err := lab.loadClusters(); err != nil {
		return nil, err
	}
	if lab.calls, err = openCalls(filepath.Join(options.State, "calls.jsonl")); err != nil {
		return nil, err
	}
	lab.control, err = openControl(lab, filepath.Join(options.State, "control.sock"))
	return lab, err
}

// Run lives until the context ends.
func (l *Lab) Run(ctx context.Context) {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for ctx.Err() == nil {
		l.follow(ctx)
		l.step(time.Now())
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// Close ends all processes and connections. Disks and etcd's data stay.
func (l *Lab) Close() {
	l.control.close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, node := range l.nodes {
		node.powerOff()
	}
	for _, cluster := range l.clusters {
		cluster.stop()
	}
	l.calls.close()
}

// follow takes over what changed in the world.
func (l *Lab) follow(ctx context.Context) {
	world, err := l.reader.next(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil && ctx.Err() == nil && err.Error() != l.trouble {
		l.trouble = err.Error()
		log.Print(l.trouble)
	}
	if world == nil {
		return
	}
	l.trouble, l.world, l.followed = "", world, l.reader.stamp
	present := map[string]bool{}
	for _, machine := range world.Machines {
		present[machine.ID] = true
		node := l.nodes[machine.ID]
		if node == nil {
			node = &Node{lab: l}
			l.nodes[machine.ID] = node
		}
		node.follow(machine)
	}
	for id, node := range l.nodes {
		if !present[id] {
			node.powerOff()
			delete(l.nodes, id)
		}
	}
}

// step lets everything that is due happen.
func (l *Lab) step(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, node := range l.sortedNodes() {
		node.step(now)
		if node.configured() {
			node.cluster()
		}
	}
	for _, cluster := range l.clusters {
		cluster.step(now)
	}
	for _, node := range l.sortedNodes() {
		if now.Sub(node.shown) >= 200*time.Millisecond {
			node.shown = now
			node.publish()
		}
		node.reconcilePorts()
	}
}

// disk opens a disk once; "" is no disk.
func (l *Lab) disk(id string) *Disk {
	if id == "" {
		return nil
	}
	if disk := l.disks[id]; disk != nil {
		return disk
	}
	disk, err := loadDisk(l.options.State, id)
	if err != nil {
		log.Printf("disk %s: %v", id, err)
	}
	l.disks[id] = disk
	return disk
}

func (l *Lab) anomaly(kind, node, text string) {
	log.Printf("ANOMALY %s on %s: %s", kind, node, text)
	l.anomalies = append(l.anomalies, Anomaly{time.Now(), kind, node, text})
	complain(saveJSON(filepath.Join(l.options.State, "anomalies.json"), l.anomalies))
}

// node finds a machine by the name of its VM, its host name, or one of its addresses.
func (l *Lab) node(name string) *Node {
	for _, node := range l.sortedNodes() {
		if node.machine.Name == name || node.answersTo(name) {
			return node
		}
	}
	return nil
}
