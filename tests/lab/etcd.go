// Membership of an etcd cluster, emulated with etcd's own rules over the one real etcd that keeps the data.
package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Etcd is one cluster of members.
type Etcd struct {
	ID      string            `json:"id"`
	Members []*Member         `json:"members"` // by ID, as etcd lists them
	Leader  uint64            `json:"leader"`
	Term    uint64            `json:"term"`
	Index   uint64            `json:"index"`
	Alarms  map[uint64]string `json:"alarms,omitempty"` // NOSPACE, CORRUPT

	leaderless time.Time // since when
}

// Member is an entry of the member list, with a machine behind it or without.
type Member struct {
	ID      uint64 `json:"id"`
	Name    string `json:"name"` // empty until it first started
	Address string `json:"address"`
	Learner bool   `json:"learner"`

	node  *Node     // whose etcd runs as this member now
	now   string    // the address that it has, which may not be the recorded one
	since time.Time // of being connected
}

// Errors in etcd's words. They pass through Talos as code Unknown.
var (
	errNoLeader    = errors.New("etcdserver: no leader")
	errUnhealthy   = errors.New("etcdserver: unhealthy cluster")
	errNotStarted  = errors.New("etcdserver: re-configuration failed due to not enough started members")
	errNotFound    = errors.New("etcdserver: member not found")
	errTooManyLear = errors.New("etcdserver: too many learner members in cluster")
	errTransferee  = errors.New("etcdserver: bad leader transferee")
)

func newEtcd(address, name string) (*Etcd, *Member) {
	etcd := &Etcd{ID: fmt.Sprintf("%016x", rand.Uint64()), Term: 1, Index: 8, Alarms: map[uint64]string{}}
	return etcd, etcd.add(address, name, false)
}

func (e *Etcd) add(address, name string, learner bool) *Member {
	member := &Member{ID: rand.Uint64() | 1<<63, Name: name, Address: address, Learner: learner}
	e.Members = append(e.Members, member)
	slices.SortFunc(e.Members, func(a, b *Member) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	e.Index++
	return member
}

func (e *Etcd) member(id uint64) *Member {
	for _, member := range e.Members {
		if member.ID == id {
			return member
		}
	}
	return nil
}

func (e *Etcd) voters() []*Member {
	return slices.DeleteFunc(slices.Clone(e.Members), func(m *Member) bool { return m.Learner })
}

// connected counts those that reach each other. A member that moved reaches the ones that did not: it dials
// them. When all moved nobody finds anybody.
func connected(members []*Member) int {
	up, reachable := 0, 0
	for _, member := range members {
		if member.node != nil {
			up++
			if member.now == member.Address {
				reachable++
			}
		}
	}
	if reachable == 0 {
		return min(up, 1)
	}
	return up
}

func (e *Etcd) quorum() bool {
	voters := e.voters()
	return len(voters) > 0 && connected(voters) >= len(voters)/2+1
}

// serves tells whether requests that need a leader are answered.
func (e *Etcd) serves() bool { return e.quorum() && e.Leader != 0 }

// healthy members have been connected for a while: etcd's own caution before it changes the membership.
func healthy(members []*Member, settle time.Duration) int {
	count := 0
	for _, member := range members {
		if member.node != nil && time.Since(member.since) >= settle {
			count++
		}
	}
	return count
}

// addLearner is what a joining member asks for.
func (e *Etcd) addLearner(address string, settle time.Duration) (*Member, error) {
	if !e.serves() {
		return nil, errNoLeader
	}
	voters := e.voters()
	if healthy(voters, settle) < len(voters) {
		return nil, errUnhealthy
	}
	if len(voters) < len(e.Members) {
		return nil, errTooManyLear
	}
	return e.add(address, "", true), nil
}

// remove follows etcd's strict reconfiguration check.
func (e *Etcd) remove(id uint64, settle time.Duration) error {
	if !e.serves() {
		return errNoLeader
	}
	member := e.member(id)
	if member == nil {
		return errNotFound
	}
	if !member.Learner {
		if err := e.mayRemove(member, settle); err != nil {
			return err
		}
	}
	e.Members = slices.DeleteFunc(e.Members, func(m *Member) bool { return m.ID == id })
	delete(e.Alarms, id)
	e.Index++
	if e.Leader == id {
		e.Leader = 0
	}
	return nil
}

func (e *Etcd) mayRemove(member *Member, settle time.Duration) error {
	voters, started := e.voters(), 0
	for _, voter := range voters {
		if voter.ID != member.ID && voter.Name != "" {
			started++
		}
	}
	if rest := len(voters) - 1; rest == 0 || started < rest/2+1 {
		return errNotStarted
	}
	if member.node == nil {
		return nil // it is no part of the active quorum
	}
	if healthy(voters, settle)-1 < 1+(len(voters)-1)/2 {
		return errUnhealthy
	}
	return nil
}

// moveLeader hands leadership to another member.
func (e *Etcd) moveLeader(to *Member) error {
	if to.Learner || to.node == nil {
		return errTransferee
	}
	e.Leader = to.ID
	e.Term++
	return nil
}

// step elects, promotes, and corrects the addresses of members that moved.
func (e *Etcd) step(now time.Time, options Options) (changed bool) {
	if leader := e.member(e.Leader); e.Leader != 0 && (leader == nil || leader.node == nil || leader.Learner || !e.quorum()) {
		e.Leader, changed = 0, true
	}
	if e.Leader == 0 {
		return e.elect(now, options) || changed
	}
	for _, member := range e.Members {
		if member.node == nil {
			continue
		}
		if member.now != "" && member.now != member.Address && now.Sub(member.since) > options.Delay(1) {
			member.Address, changed = member.now, true
			e.Index++
		}
		if member.Learner && now.Sub(member.since) > options.Delay(1) {
			member.Learner, changed = false, true
			e.Index++
		}
	}
	return changed
}

func (e *Etcd) elect(now time.Time, options Options) bool {
	if !e.quorum() {
		e.leaderless = time.Time{}
		return false
	}
	if e.leaderless.IsZero() {
		e.leaderless = now
	}
	if now.Sub(e.leaderless) < options.Delay(0.5) {
		return false
	}
	for _, voter := range e.voters() {
		if voter.node != nil {
			e.Leader, e.leaderless = voter.ID, time.Time{}
			e.Term++
			e.Index++
			return true
		}
	}
	return false
}

// othersCouldLead tells whether a voting member runs beside this one.
func (e *Etcd) othersCouldLead(id uint64) bool {
	return slices.ContainsFunc(e.Members, func(m *Member) bool { return m.ID != id && !m.Learner && m.node != nil })
}
