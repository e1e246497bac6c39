// A cluster: the machines that share a cluster.id, their etcd, and the Kubernetes on top.
package main

import (
	"crypto/sha256"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"
)

// Cluster is kept in a folder of its own. The first etcd has the real data; there must be no second.
type Cluster struct {
	ID    string  `json:"id"`
	Etcds []*Etcd `json:"etcds"`

	lab        *Lab
	folder     string
	kubernetes *Kubernetes
}

func (l *Lab) loadClusters() error {
	folders, _ := filepath.Glob(filepath.Join(l.options.State, "clusters", "*", "cluster.json"))
	for _, path := range folders {
		cluster := &Cluster{lab: l, folder: filepath.Dir(path)}
		if err := loadJSON(path, cluster); err != nil {
			return err
		}
		cluster.kubernetes = newKubernetes(cluster)
		l.clusters[cluster.ID] = cluster
	}
	return nil
}

// cluster is that of a configured node, made when first seen.
func (n *Node) cluster() *Cluster {
	id := n.boot.config.Cluster().ID()
	cluster := n.lab.clusters[id]
	if cluster == nil {
		name := fmt.Sprintf("%x", sha256.Sum256([]byte(id)))[:12]
		cluster = &Cluster{ID: id, lab: n.lab, folder: filepath.Join(n.lab.options.State, "clusters", name)}
		check(os.MkdirAll(cluster.folder, 0o700))
		cluster.kubernetes = newKubernetes(cluster)
		n.lab.clusters[id] = cluster
	}
	return cluster
}

func (c *Cluster) save() {
	if err := saveJSON(filepath.Join(c.folder, "cluster.json"), c); err != nil {
		log.Printf("cluster: %v", err)
	}
}

// main is the etcd whose data are real.
func (c *Cluster) main() *Etcd {
	if len(c.Etcds) == 0 {
		return nil
	}
	return c.Etcds[0]
}

func (c *Cluster) etcd(id string) *Etcd {
	for _, etcd := range c.Etcds {
		if etcd.ID == id {
			return etcd
		}
	}
	return nil
}

// nodes are the running machines of the cluster.
func (c *Cluster) nodes() []*Node {
	var nodes []*Node
	for _, node := range c.lab.sortedNodes() {
		if node.configured() && node.boot.config.Cluster().ID() == c.ID {
			nodes = append(nodes, node)
		}
	}
	return nodes
}

// away: the machine runs, but nothing is heard of it.
func (n *Node) away() bool { return n.asleep || n.lab.hung[n.machine.Name] }

func (c *Cluster) step(now time.Time) {
	c.connect(now)
	changed := false
	for _, etcd := range c.Etcds {
		changed = etcd.step(now, c.lab.options) || changed
	}
	for _, node := range c.nodes() {
		if node.boot.config.controlPlane() {
			changed = c.stepEtcd(node, now) || changed
		}
	}
	if changed {
		c.save()
	}
	c.kubernetes.step(now)
}

// connect ties members to the machines that run them.
func (c *Cluster) connect(now time.Time) {
	running := map[uint64]*Node{}
	for _, node := range c.nodes() {
		if node.boot.etcd.running && !node.away() {
			running[node.disk.MemberID] = node
		}
	}
	for _, etcd := range c.Etcds {
		for _, member := range etcd.Members {
			node := running[member.ID]
			if node != nil && node.disk.Etcd != etcd.ID {
				node = nil
			}
			if node != member.node {
				member.node, member.since = node, now
			}
			if node != nil {
				member.now = node.etcdAddress()
			}
			if node != nil && member.Name == "" {
				member.Name = node.hostname()
				c.save()
			}
		}
	}
}

// etcdService is Talos' etcd service on one node.
type etcdService struct {
	running bool
	healthy bool
	failed  bool // its member was removed by others
	left    bool // it left; only a reboot or a bootstrap starts it again
	ready   time.Time
	next    time.Time // of trying to join
}

// stepEtcd runs a node's etcd from its data, or lets it join.
func (c *Cluster) stepEtcd(node *Node, now time.Time) (changed bool) {
	service := &node.boot.etcd
	if cri := node.boot.services["cri"]; cri == nil || !cri.running || node.boot.busy && !service.running {
		return false
	}
	if node.disk.Etcd == "" {
		service.running, service.healthy = false, false
		if !service.left && !now.Before(service.next) {
			service.next = now.Add(c.lab.options.Delay(0.8))
			return c.join(node)
		}
		return false
	}
	etcd := c.etcd(node.disk.Etcd)
	if etcd == nil || etcd.member(node.disk.MemberID) == nil {
		service.running, service.healthy, service.failed = false, false, true
		return false
	}
	if service.ready.IsZero() {
		service.ready = now.Add(c.lab.options.Delay(0.5))
	}
	service.running = !now.Before(service.ready)
	service.healthy = service.running && etcd.serves()
	return false
}

// join adds the node as a learner to the etcd that serves. A member of its own name and no data is stale: it
// is removed first. What refuses is tried again, as Talos does.
func (c *Cluster) join(node *Node) bool {
	for _, etcd := range c.Etcds {
		if !etcd.serves() || node.etcdAddress() == "" {
			continue
		}
		settle := c.lab.options.Delay(1)
		for _, member := range etcd.Members {
			if member.Name == node.hostname() {
				if err := etcd.remove(member.ID, settle); err != nil {
					return false
				}
				log.Printf("%s removes its stale member %016x", node.machine.Name, member.ID)
				return true
			}
		}
		member, err := etcd.addLearner(node.etcdAddress(), settle)
		if err != nil {
			return false
		}
		node.holdMember(etcd, member)
		return true
	}
	return false
}

func (n *Node) holdMember(etcd *Etcd, member *Member) {
	n.disk.Etcd, n.disk.MemberID = etcd.ID, member.ID
	n.saveDisk()
	n.boot.etcd = etcdService{}
}

// etcdAddress is what the node's etcd advertises; empty while its address is not there.
func (n *Node) etcdAddress() string {
	if n.boot == nil || n.boot.config == nil {
		return ""
	}
	address, ok := pick(n.plainAddresses(), n.boot.config.Cluster().Etcd().AdvertisedSubnets())
	if !ok {
		return ""
	}
	return address.String()
}

// bootstrap makes the node the first member of a new etcd. With a snapshot it takes the place of the one that
// is lost; without one, where data were before, two clusters live from now on: the worst that can happen.
func (c *Cluster) bootstrap(node *Node, snapshot string) error {
	etcd, member := newEtcd(node.etcdAddress(), node.hostname())
	if snapshot != "" {
		if err := c.kubernetes.restore(snapshot); err != nil {
			return err
		}
		c.Etcds = append([]*Etcd{etcd}, c.Etcds...)
	} else {
		if len(c.Etcds) > 0 {
			c.lab.anomaly("second-bootstrap", node.machine.Name, "a second, separate etcd cluster was made")
		}
		c.Etcds = append(c.Etcds, etcd)
	}
	node.holdMember(etcd, member)
	c.save()
	return nil
}

func (c *Cluster) stop() { c.kubernetes.stop() }
