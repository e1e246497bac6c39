// What lies on a disk: the installed Talos, its config, and etcd's data. It survives its machine and the lab.
package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// Disk is kept as one file, 0600: a machine config holds keys.
type Disk struct {
	ID       string `json:"id"`
	Talos    string `json:"talos"`  // installed version, such as v1.12.4; empty on a blank disk
	Config   string `json:"config"` // the persisted machine config; empty after a reset of STATE
	Staged   string `json:"staged"` // version of an upgrade that waits for the next boot
	Etcd     string `json:"etcd"`   // the etcd whose data it holds, empty when there is none
	MemberID uint64 `json:"member_id"`

	path string
}

func loadDisk(state, id string) (*Disk, error) {
	name := strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r == ':' {
			return '_'
		}
		return r
	}, id)
	disk := &Disk{ID: id, path: filepath.Join(state, "disks", name+".json")}
	return disk, loadJSON(disk.path, disk)
}

func (d *Disk) save() error { return saveJSON(d.path, d) }

// wipe forgets what the labels of a reset name: the whole disk when there are none.
func (d *Disk) wipe(labels []string) {
	if len(labels) == 0 {
		*d = Disk{ID: d.ID, path: d.path}
		return
	}
	for _, label := range labels {
		switch label {
		case "STATE":
			d.Config = ""
		case "EPHEMERAL":
			d.Etcd, d.MemberID = "", 0
		}
	}
}

// loadJSON leaves `value` as it is when there is no such file.
func loadJSON(path string, value any) error {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(data, value)
}

// saveJSON replaces the file as a whole, so that a killed lab leaves the old one or the new one.
func saveJSON(path string, value any) error {
	data, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
