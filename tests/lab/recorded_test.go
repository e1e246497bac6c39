// The real talosctl against the lab, compared with what it printed against the emulator that the project recorded.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const recorded = "../recorded/talosctl-1.12.6"

// recording is a line of the table in the README of the recordings.
type recording struct {
	name, exit string
	command    []string
}

func readRecordings(t *testing.T) []recording {
	data, err := os.ReadFile(recorded + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(data), "## emulator")
	var all []recording
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (\\d) \\| `talosctl ([^`]+)` \\|$").FindAllStringSubmatch(table, -1) {
		all = append(all, recording{row[1], row[2], strings.Fields(row[3])})
	}
	if len(all) < 50 {
		t.Fatalf("found only %d recordings", len(all))
	}
	return all
}

// What differs from run to run: addresses, times, identities, keys, and counters that time moves.
var moving = []struct{ pattern, replacement string }{
	{`127\.0\.\d\d\.`, "127.0.88."},
	{`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`, "TIME"},
	{`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000 UTC m=\+[\d.]+`, "TIME"},
	{`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`, "UUID"},
	{`"nodeId": "[0-9a-f]{32}"`, `"nodeId": "UUID"`},
	{`\b(00|02):15:5d(:[0-9a-f]{2}){3}\b`, "MAC"},
	{`LS0tLS1[A-Za-z0-9+/=]+`, "PEM"},
	{`"version": \d+`, `"version": N`},
	{`(version: )\d+`, "${1}N"},
	{`(?m)^(.*(?:MachineStatus|Member|Disk) +\S+ +)\d+`, "${1}N"},
	{`(?:\d+m)?\d+s ago *`, "TIME "},
	{`(?m)^(127\S+ +)[0-9a-f]{16}( +)(cp-\d)( +https://)\S+( +https://)\S+`, "${1}MEMBER${2}cp${4}PEER${5}CLIENT"},
	{`(?m)^(127\S+ +)[0-9a-f]{16}( +21 MB +6.3 MB \(30.00%\) +)[0-9a-f]{16} +\d+ +\d+ +\d+ +`, "${1}MEMBER${2}LEADER RAFT "},
	{`RAFT INDEX +RAFT TERM +RAFT APPLIED INDEX +`, "RAFT "},
	{`\(\d+ bytes\)`, "(N bytes)"},
	{`hash [0-9a-f]+, revision \d+, total keys \d+, total size \d+`, "SNAPSHOT"},
}

func recordedFile(name string) string {
	path, err := filepath.Abs(filepath.Join(recorded, name))
	check(err)
	return path
}

func normal(text string) string {
	for _, change := range moving {
		text = regexp.MustCompile(change.pattern).ReplaceAllString(text, change.replacement)
	}
	// A condition that was met between two messages is told or not, by chance.
	return regexp.MustCompile(`(?m)^.*(?:unmetCond: |unavailable, retrying).*\n`).ReplaceAllString(text, "")
}

func (b *bench) recordedText(name string) (out, err string) {
	read := func(kind string) string {
		data, _ := os.ReadFile(filepath.Join(recorded, "emulator", name+"."+kind)) // no file: nothing was printed
		return normal(string(data))
	}
	return read("out"), read("err")
}

// compare runs a recorded command until its answer is the recorded one. What changes something runs once.
func (b *bench) compare(r recording, once bool) {
	b.t.Helper()
	arguments := make([]string, len(r.command))
	for i, argument := range r.command {
		arguments[i] = strings.ReplaceAll(argument, "127.0.88.", b.subnet)
	}
	out, err := b.recordedText(r.name)
	var got result
	deadline := time.Now().Add(40 * time.Second)
	for {
		got = b.run(90, "talosctl", arguments...)
		if fmt.Sprint(got.code) == r.exit && normal(got.out) == out && normal(got.err) == err {
			b.t.Logf("same: %s", r.name)
			return
		}
		if once || time.Now().After(deadline) {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Errorf("%s: talosctl %s\nexit %d, recorded %s\n--- stdout\n%s\n--- recorded\n%s\n--- stderr\n%s\n--- recorded\n%s", r.name,
		strings.Join(arguments, " "), got.code, r.exit, normal(got.out), out, normal(got.err), err)
}

// Commands with an effect.
var effects = map[string]bool{"apply-insecure": true, "bootstrap": true, "apply-no-reboot": true, "apply-staged": true, "reboot-wait": true,
	"reboot-timeout": true, "reboot-nowait": true, "upgrade-nowait": true, "etcd-leave": true, "reset-nowait": true, "reset-wait": true}

func TestAnswersAreTheRecordedOnes(t *testing.T) {
	b := newBench(t, 2)
	b.recordedConfigs()
	b.add("cp-1", 11)
	for _, r := range readRecordings(t) {
		switch r.name {
		case "bootstrap-on-worker":
			b.join("w-1", 21)
		case "etcd-members":
			b.join("cp-2", 12)
			b.join("cp-3", 13)
			b.until(60, func(r result) bool { return strings.Count(r.out, " false") == 3 }, "talosctl", b.talos("11", "etcd", "members")...)
		case "reboot-timeout", "reboot-nowait", "upgrade-nowait", "health-ok", "reset-nowait":
			b.settled("w-1")
		}
		b.compare(r, effects[r.name])
	}
}

// recordedConfigs are those of the recordings, for this bench's addresses.
func (b *bench) recordedConfigs() {
	for _, name := range []string{"controlplane.yaml", "worker.yaml", "talosconfig"} {
		data, err := os.ReadFile(filepath.Join(recorded, "config", name))
		if err != nil {
			b.t.Fatal(err)
		}
		b.write(name, strings.ReplaceAll(string(data), "127.0.88.", b.subnet), 0o600)
	}
	b.hostConfig("controlplane.yaml", "cp-1")
}

// hostConfig writes NAME.yaml from a base.
func (b *bench) hostConfig(base, name string) {
	b.write("patch.yaml", "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: "+name+"\nauto: off\n", 0o600)
	b.must(20, "talosctl", "machineconfig", "patch", base, "-p", "@patch.yaml", "-o", name+".yaml")
}

func (b *bench) talos(last string, command ...string) []string {
	return append(command, "--talosconfig", "talosconfig", "-e", b.subnet+last, "-n", b.subnet+last)
}

// join adds a machine to the recordings' cluster.
func (b *bench) join(name string, last int) {
	base := "controlplane.yaml"
	if strings.HasPrefix(name, "w") {
		base = "worker.yaml"
	}
	b.add(name, last)
	b.hostConfig(base, name)
	address := b.subnet + fmt.Sprint(last)
	b.until(30, func(r result) bool { return r.code == 0 }, "talosctl", "apply-config", "--insecure", "-n", address, "-f", name+".yaml")
	b.until(30, func(r result) bool { return r.code == 0 }, "talosctl", b.talos(fmt.Sprint(last), "version")...)
}

func (b *bench) settled(name string) {
	b.wait(60, name+" runs and is ready", func() bool {
		node := b.lab.node(name)
		return node != nil && node.boot != nil && !node.boot.busy && node.boot.stage.String() == "running" && node.ready()
	})
}
