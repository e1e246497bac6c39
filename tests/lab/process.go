// Child processes of the lab, which end when it does.
package main

import (
	"context"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// process is a running child with its output in a file.
type process struct {
	name   string
	cmd    *exec.Cmd
	exited chan struct{}
}

func startProcess(tools, folder, name string, arguments ...string) (*process, error) {
	out, err := os.OpenFile(filepath.Join(folder, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	p := &process{name: name, cmd: exec.Command(filepath.Join(tools, name), arguments...), exited: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.Dir = out, out, folder
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.cmd.Wait() //nolint:errcheck // how it ended is in its log
		close(p.exited)
	}()
	return p, nil
}

func (p *process) alive() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

func (p *process) signal(signal os.Signal) {
	if err := p.cmd.Process.Signal(signal); err != nil && p.alive() {
		log.Printf("%s: %v", p.name, err)
	}
}

// stop is gentle for as long as `patience`, then it kills.
func (p *process) stop(patience time.Duration) {
	p.signal(syscall.SIGCONT)
	p.signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.signal(syscall.SIGKILL)
		<-p.exited
	}
}

// freePort is free now; somebody else might take it before it is used, then the process's end tells.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// retry runs until it succeeds, fails for good, or the time is over.
func retry(ctx context.Context, limit, pause time.Duration, run func() error) error {
	deadline := time.Now().Add(limit)
	for {
		err := run()
		if err == nil || !isRetried(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}
