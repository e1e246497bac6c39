// What the simulated Hyper-V says: machines, disks, addresses.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// World is the document that `tbx world FILE show --format json` prints.
type World struct {
	FormatVersion int `json:"format_version"`
	Switch        struct {
		Subnet  string `json:"subnet"`
		Gateway string `json:"gateway"`
	} `json:"switch"`
	Hidden   []string  `json:"hidden"` // systems that must not answer: talos, kubernetes
	Machines []Machine `json:"machines"`
	Disks    []struct {
		ID         string `json:"id"`
		Node       string `json:"node"`
		Path       string `json:"path"`
		AttachedTo string `json:"attached_to"`
	} `json:"disks"`
}

// Machine is one VM.
type Machine struct {
	Name    string `json:"name"`
	ID      string `json:"id"`
	UUID    string `json:"uuid"`
	MAC     string `json:"mac"`
	Power   string `json:"power"`
	BootID  string `json:"boot_id"` // new with each power-on
	Address string `json:"address"` // by DHCP
	Disk    string `json:"disk"`
	Image   string `json:"image"` // what the ISO holds: v1.12.4-amd64
}

// Hides tells whether a system is to accept connections and never speak.
func (w *World) Hides(system string) bool {
	for _, name := range w.Hidden {
		if name == system {
			return true
		}
	}
	return false
}

// worldReader asks tbx again when the world's file changed, and every half second: time alone may move addresses.
type worldReader struct {
	options Options
	asked   time.Time
	stamp   string
}

// worldStamp differs with each change of the world's file.
func (o Options) worldStamp() string {
	info, err := os.Stat(o.World)
	if err != nil {
		return ""
	}
	return fmt.Sprint(info.ModTime().UnixNano(), " ", info.Size())
}

func (r *worldReader) next(ctx context.Context) (*World, error) {
	stamp := r.options.worldStamp()
	if stamp == r.stamp && time.Since(r.asked) < 500*time.Millisecond {
		return nil, nil
	}
	r.stamp, r.asked = stamp, time.Now()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, r.options.Tbx, "world", r.options.World, "show", "--format", "json").Output()
	if err != nil {
		return nil, fmt.Errorf("asking tbx for the world: %w", err)
	}
	var world World
	if err := json.Unmarshal(out, &world); err != nil {
		return nil, fmt.Errorf("the world that tbx shows: %w", err)
	}
	if world.FormatVersion != 1 {
		return nil, fmt.Errorf("the world that tbx shows has format %d, wanted is 1", world.FormatVersion)
	}
	return &world, nil
}

// powerOff tells the world that a machine switched itself off, as its guest did.
func (o Options) powerOff(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return exec.CommandContext(ctx, o.Tbx, "world", o.World, "power-off", name).Run()
}
