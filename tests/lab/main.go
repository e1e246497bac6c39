// The lab: real Talos machine API, real etcd and real Kubernetes API for the machines of a simulated Hyper-V.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	var options Options
	flag.StringVar(&options.World, "world", "", "the file that keeps the simulated world")
	flag.StringVar(&options.Tbx, "tbx", "", "the tbx that tells what is in the world")
	flag.StringVar(&options.State, "state", "", "folder for all that the lab keeps")
	flag.StringVar(&options.Tools, "tools", "", "folder of etcd, kube-apiserver and kube-controller-manager (default: beside the lab)")
	flag.Float64Var(&options.Speed, "speed", 1, "divides the delays of emulated machines")
	flag.Parse()
	if options.World == "" || options.Tbx == "" || options.State == "" || options.Speed <= 0 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if options.Tools == "" {
		program, err := os.Executable()
		if err != nil {
			log.Fatal(err)
		}
		options.Tools = filepath.Dir(program)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	lab, err := NewLab(options)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready") // who started the lab waits for this line
	lab.Run(ctx)
	lab.Close()
}

// Options say where the lab finds its world and keeps its state.
type Options struct {
	World, Tbx, State, Tools string
	Speed                    float64
}

// Delay is how long something takes that takes `seconds` at speed 1.
func (o Options) Delay(seconds float64) time.Duration {
	return time.Duration(seconds / o.Speed * float64(time.Second))
}
