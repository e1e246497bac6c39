// The event stream of one boot, which talosctl's tracked actions follow.
package main

import (
	"fmt"
	"sync"

	"github.com/siderolabs/talos/pkg/machinery/api/machine"
	"github.com/siderolabs/talos/pkg/machinery/resources/runtime"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// Events keeps all events of a boot: there are few.
type Events struct {
	mu      sync.Mutex
	all     []*machine.Event
	changed chan struct{} // closed and replaced at each change
	closed  bool
	last    string // the last machine status, told once
}

func (e *Events) emit(actor string, payload proto.Message) {
	data, err := anypb.New(payload)
	check(err)
	data.TypeUrl = "talos/runtime/" + string(payload.ProtoReflect().Descriptor().FullName())
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, &machine.Event{Id: fmt.Sprintf("%020d", len(e.all)), ActorId: actor, Data: data})
	e.wake()
}

func (e *Events) wake() {
	if e.changed != nil {
		close(e.changed)
		e.changed = nil
	}
}

func (e *Events) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	e.wake()
}

// from returns the events after the first `seen`, and what to wait for when there are none.
func (e *Events) from(seen int) (events []*machine.Event, changed <-chan struct{}, closed bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.changed == nil {
		e.changed = make(chan struct{})
	}
	return e.all[min(seen, len(e.all)):], e.changed, e.closed
}

func (e *Events) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.all)
}

func (e *Events) sequence(actor, name string) {
	e.emit(actor, &machine.SequenceEvent{Sequence: name, Action: machine.SequenceEvent_START})
}

func (e *Events) task(actor, name string) {
	e.emit(actor, &machine.TaskEvent{Task: name, Action: machine.TaskEvent_START})
}

var stages = map[runtime.MachineStage]machine.MachineStatusEvent_MachineStage{
	runtime.MachineStageBooting: machine.MachineStatusEvent_BOOTING, runtime.MachineStageInstalling: machine.MachineStatusEvent_INSTALLING,
	runtime.MachineStageMaintenance: machine.MachineStatusEvent_MAINTENANCE, runtime.MachineStageRunning: machine.MachineStatusEvent_RUNNING,
	runtime.MachineStageRebooting: machine.MachineStatusEvent_REBOOTING, runtime.MachineStageShuttingDown: machine.MachineStatusEvent_SHUTTING_DOWN,
	runtime.MachineStageResetting: machine.MachineStatusEvent_RESETTING, runtime.MachineStageUpgrading: machine.MachineStatusEvent_UPGRADING,
}

// machineStatus tells a change of stage or conditions.
func (e *Events) machineStatus(stage runtime.MachineStage, ready bool, unmet []runtime.UnmetCondition) {
	event := &machine.MachineStatusEvent{Stage: stages[stage], Status: &machine.MachineStatusEvent_MachineStatus{Ready: ready}}
	for _, condition := range unmet {
		event.Status.UnmetConditions = append(event.Status.UnmetConditions,
			&machine.MachineStatusEvent_MachineStatus_UnmetCondition{Name: condition.Name, Reason: condition.Reason})
	}
	text := fmt.Sprint(stage, ready, unmet)
	e.mu.Lock()
	same := e.last == text
	e.last = text
	e.mu.Unlock()
	if !same {
		e.emit("", event)
	}
}
