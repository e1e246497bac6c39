// Listening ports of machines: opened, moved and closed as power, addresses and stages say.
package main

import (
	"log"
	"net"
	"net/netip"
	"sync"
)

// port is an open listener and how to end it with all its connections.
type port struct {
	kind  string // talos, kubernetes or silent
	boot  *Boot
	close func()
}

var loopback = netip.MustParsePrefix("127.0.0.0/8")

// wantedPorts are by address and port; only loopback addresses can be served.
func (n *Node) wantedPorts() map[string]string {
	wanted := map[string]string{}
	if n.boot == nil || n.asleep {
		return wanted
	}
	hung := n.lab.hung[n.machine.Name]
	for _, address := range n.plainAddresses() {
		if !loopback.Contains(address) {
			continue
		}
		if n.boot.open && n.certified() {
			wanted[address.String()+":50000"] = kind("talos", hung || n.lab.world.Hides("talos"))
		}
		if n.servesKubernetes() {
			wanted[address.String()+":6443"] = kind("kubernetes", hung || n.lab.world.Hides("kubernetes"))
		}
	}
	return wanted
}

// certified: a worker's API opens only when a control plane has signed its certificate.
func (n *Node) certified() bool {
	return n.boot.config == nil || n.boot.apiServing.certificate != nil || n.lab.machineCA(n.boot.config) != nil
}

func kind(kind string, silent bool) string {
	if silent {
		return "silent"
	}
	return kind
}

func (n *Node) reconcilePorts() {
	wanted := n.wantedPorts()
	for address, open := range n.ports {
		if wanted[address] != open.kind || open.boot != n.boot {
			open.close()
			delete(n.ports, address)
		}
	}
	for address, kind := range wanted {
		if n.ports[address] != nil {
			continue
		}
		listener, err := net.Listen("tcp", address)
		if err != nil {
			if n.lab.trouble != err.Error() {
				n.lab.trouble = err.Error()
				log.Printf("%s: %v", n.machine.Name, err)
			}
			continue
		}
		if n.ports == nil {
			n.ports = map[string]*port{}
		}
		n.ports[address] = &port{kind, n.boot, n.serve(kind, listener)}
	}
}

func (n *Node) serve(kind string, listener net.Listener) (stop func()) {
	switch kind {
	case "talos":
		return serveAPI(n, n.boot, listener)
	case "kubernetes":
		return n.cluster().kubernetes.serve(n, listener)
	default:
		return serveSilence(listener)
	}
}

// serveSilence accepts and never speaks.
func serveSilence(listener net.Listener) (stop func()) {
	var mu sync.Mutex
	var open []net.Conn
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, connection)
			mu.Unlock()
		}
	}()
	return func() {
		listener.Close()
		mu.Lock()
		defer mu.Unlock()
		for _, connection := range open {
			connection.Close()
		}
	}
}
