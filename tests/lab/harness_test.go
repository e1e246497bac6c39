// A lab in this process, a world as a file, and the real tools against it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bench is a lab with its world and a working folder for the tools.
type bench struct {
	t      *testing.T
	folder string
	tools  string
	subnet string // 127.0.NN.
	lab    *Lab
	world  World
}

func newBench(t *testing.T, speed float64) *bench {
	tools := os.Getenv("TBX_LAB_BIN")
	if tools == "" {
		out, err := exec.Command("../../scripts/lab_tools.sh", "print").Output()
		if err != nil {
			t.Fatal(err)
		}
		tools = strings.TrimSpace(string(out))
	}
	if _, err := os.Stat(filepath.Join(tools, "talosctl")); err != nil {
		t.Skipf("the tools are not built: %v", err)
	}
	b := &bench{t: t, folder: t.TempDir(), tools: tools, subnet: fmt.Sprintf("127.0.%d.", 10+rand.IntN(70))}
	b.world.FormatVersion = 1
	b.world.Switch.Subnet, b.world.Switch.Gateway = "127.0.0.0/8", b.subnet+"1"
	b.write("tbx", "#!/bin/sh\ncase \"$3\" in show) cat \"$2\";; *) echo \"$3 $4\" >> \"$2.verbs\";; esac\n", 0o700)
	b.saveWorld()
	var err error
	b.lab, err = NewLab(Options{World: b.path("world.json"), Tbx: b.path("tbx"), State: b.path("state"), Tools: tools, Speed: speed})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { b.lab.Run(ctx); close(done) }()
	t.Cleanup(func() {
		cancel()
		<-done
		b.lab.Close()
		if t.Failed() {
			b.showLogs()
		}
	})
	return b
}

func (b *bench) showLogs() {
	files, _ := filepath.Glob(b.path("state/clusters/*/*.log"))
	for _, file := range files {
		data, _ := os.ReadFile(file)
		b.t.Logf("%s ends with:\n%s", filepath.Base(file), data[max(0, len(data)-2000):])
	}
}

func (b *bench) path(name string) string { return filepath.Join(b.folder, name) }

func (b *bench) write(name, text string, mode os.FileMode) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), []byte(text), mode); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) saveWorld() {
	data, err := json.Marshal(b.world)
	check(err)
	b.write("world.json.new", string(data), 0o600)
	check(os.Rename(b.path("world.json.new"), b.path("world.json")))
}

// add makes a running machine with a blank disk at subnet + last.
func (b *bench) add(name string, last int) {
	n := len(b.world.Machines) + 1
	b.world.Machines = append(b.world.Machines, Machine{Name: name, ID: "vm-" + name, UUID: fmt.Sprintf("e3d7af85-c0d5-43b2-a099-be6ca8cef8%02d", n),
		MAC: fmt.Sprintf("02:15:5d:00:00:%02x", n), Power: "running", BootID: fmt.Sprintf("%s-%d", name, rand.Int()),
		Address: b.subnet + fmt.Sprint(last), Disk: fmt.Sprintf("disk-%s-%d", name, rand.Int()), Image: "v1.12.6-amd64"})
	b.saveWorld()
}

// change edits a machine of the world.
func (b *bench) change(name string, edit func(*Machine)) {
	for i := range b.world.Machines {
		if b.world.Machines[i].Name == name {
			edit(&b.world.Machines[i])
		}
	}
	b.saveWorld()
}

type result struct {
	out, err string
	code     int
}

// run starts a tool in the working folder, with a time limit.
func (b *bench) run(seconds float64, name string, arguments ...string) result {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(seconds*float64(time.Second)))
	defer cancel()
	command := exec.CommandContext(ctx, filepath.Join(b.tools, name), arguments...)
	var out, err bytes.Buffer
	command.Stdout, command.Stderr, command.Dir = &out, &err, b.folder
	command.Env = []string{"NO_COLOR=1", "HOME=" + b.folder, "PATH=" + os.Getenv("PATH"), "KUBECONFIG=" + b.path("kubeconfig")}
	code := 0
	if failed := command.Run(); failed != nil {
		code = -1
		var exit *exec.ExitError
		if errors.As(failed, &exit) {
			code = exit.ExitCode()
		}
	}
	return result{out.String(), err.String(), code}
}

// must runs a tool that has to succeed.
func (b *bench) must(seconds float64, name string, arguments ...string) string {
	b.t.Helper()
	started := time.Now()
	r := b.run(seconds, name, arguments...)
	if r.code != 0 {
		b.t.Fatalf("%s %s: exit %d after %.1f s\n%s%s", name, strings.Join(arguments, " "), r.code, time.Since(started).Seconds(), r.out, r.err)
	}
	return r.out
}

// until runs a tool again and again until the answer is as wanted.
func (b *bench) until(seconds float64, wanted func(result) bool, name string, arguments ...string) result {
	b.t.Helper()
	var r result
	for deadline := time.Now().Add(time.Duration(seconds * float64(time.Second))); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if r = b.run(30, name, arguments...); wanted(r) {
			return r
		}
	}
	b.t.Fatalf("%s %s is not as wanted in %v s; the last answer: exit %d\n%s%s", name, strings.Join(arguments, " "), seconds, r.code, r.out, r.err)
	return r
}

func shows(text string) func(result) bool {
	return func(r result) bool { return r.code == 0 && strings.Contains(r.out, text) }
}

// wait asks the lab itself.
func (b *bench) wait(seconds float64, what string, condition func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(time.Duration(seconds * float64(time.Second))); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		b.lab.mu.Lock()
		met := condition()
		b.lab.mu.Unlock()
		if met {
			return
		}
	}
	b.t.Fatalf("%s: not within %v s", what, seconds)
}

func readFile(path string) (string, error) {
	data, err := os.ReadFile(path)
	return string(data), err
}
