// The call log: one line of JSON for each call of the machine API.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"sync"
	"time"

	cosi "github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/siderolabs/talos/pkg/machinery/api/machine"
)

// Call is a line of calls.jsonl.
type Call struct {
	Time      time.Time         `json:"time"` // when it came
	Seconds   float64           `json:"seconds"`
	Node      string            `json:"node"`     // where it ran, by the VM's name
	Endpoint  string            `json:"endpoint"` // whom the client was connected to
	Method    string            `json:"method"`
	Arguments map[string]string `json:"arguments,omitempty"`
	Code      string            `json:"code"` // OK, NotFound, …
	Error     string            `json:"error,omitempty"`
}

// Calls appends to a file.
type Calls struct {
	mu   sync.Mutex
	file *os.File
}

func openCalls(path string) (*Calls, error) {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return &Calls{file: file}, err
}

func (c *Calls) log(call Call) {
	line, err := json.Marshal(call)
	check(err)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.file.Write(append(line, '\n')); err != nil {
		log.Printf("call log: %v", err)
	}
}

func (c *Calls) close() { c.file.Close() }

// arguments takes what matters out of a request; a config's text is none of it.
func arguments(request any) map[string]string {
	switch r := request.(type) {
	case *machine.ApplyConfigurationRequest:
		return map[string]string{"mode": r.Mode.String(), "dry_run": fmt.Sprint(r.DryRun)}
	case *machine.BootstrapRequest:
		return map[string]string{"recover": fmt.Sprint(r.RecoverEtcd)}
	case *machine.EtcdMemberListRequest:
		return map[string]string{"local": fmt.Sprint(r.QueryLocal)}
	case *machine.EtcdRemoveMemberByIDRequest:
		return map[string]string{"member": fmt.Sprintf("%016x", r.MemberId)}
	case *machine.ResetRequest:
		labels := ""
		for _, partition := range r.SystemPartitionsToWipe {
			labels += partition.Label + " "
		}
		return map[string]string{"graceful": fmt.Sprint(r.Graceful), "reboot": fmt.Sprint(r.Reboot), "labels": labels}
	case *machine.UpgradeRequest:
		return map[string]string{"image": r.Image, "stage": fmt.Sprint(r.Stage), "force": fmt.Sprint(r.Force), "preserve": fmt.Sprint(r.Preserve)}
	case *machine.RebootRequest:
		return map[string]string{"mode": r.Mode.String()}
	case *machine.ShutdownRequest:
		return map[string]string{"force": fmt.Sprint(r.Force)}
	case *machine.ServiceRestartRequest:
		return map[string]string{"service": r.Id}
	case *machine.ReadRequest:
		return map[string]string{"path": r.Path}
	case *machine.ListRequest:
		return map[string]string{"path": r.Root}
	case *machine.ImagePullRequest:
		return map[string]string{"image": r.Reference}
	case *cosi.GetRequest:
		return map[string]string{"type": r.Type, "id": r.Id}
	case *cosi.ListRequest:
		return map[string]string{"type": r.Type}
	case *cosi.WatchRequest:
		return map[string]string{"type": r.Type}
	}
	return nil
}
