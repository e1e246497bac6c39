package main

import (
	"testing"
	"time"
)

// members makes an etcd; a name in capitals is a member that is down, one in brackets a learner.
func membership(names ...string) *Etcd {
	etcd := &Etcd{ID: "test", Alarms: map[uint64]string{}}
	for _, name := range names {
		plain := name
		if name[0] == '[' {
			plain = name[1 : len(name)-1]
		}
		member := etcd.add("10.0.0."+plain, plain, name[0] == '[')
		if plain[0] >= 'a' {
			member.node, member.since, member.now = &Node{}, time.Now().Add(-time.Minute), member.Address
		}
	}
	for _, voter := range etcd.voters() {
		if voter.node != nil && etcd.quorum() {
			etcd.Leader = voter.ID
		}
	}
	return etcd
}

func (e *Etcd) id(name string) uint64 {
	for _, member := range e.Members {
		if member.Name == name {
			return member.ID
		}
	}
	return 0
}

func TestEtcdRefusesWhatTheRealOneRefuses(t *testing.T) {
	for _, test := range []struct {
		what    string
		members []string
		do      func(*Etcd) error
		wanted  error
	}{
		{"a member of three may go", []string{"a", "b", "c"}, func(e *Etcd) error { return e.remove(e.id("a"), time.Second) }, nil},
		{"one of two may go", []string{"a", "b"}, func(e *Etcd) error { return e.remove(e.id("a"), time.Second) }, nil},
		{"the last may not", []string{"a"}, func(e *Etcd) error { return e.remove(e.id("a"), time.Second) }, errNotStarted},
		{"a healthy one may not while another is down", []string{"a", "b", "C"}, func(e *Etcd) error { return e.remove(e.id("a"), time.Second) }, errUnhealthy},
		{"the one that is down may", []string{"a", "b", "C"}, func(e *Etcd) error { return e.remove(e.id("C"), time.Second) }, nil},
		{"a learner may always", []string{"a", "[b]"}, func(e *Etcd) error { return e.remove(e.id("b"), time.Second) }, nil},
		{"an unknown one is not found", []string{"a"}, func(e *Etcd) error { return e.remove(1, time.Second) }, errNotFound},
		{"one of three that moved is still found", []string{"a", "b", "c"}, func(e *Etcd) error {
			e.Members[0].now = "10.9.9.9"
			return e.remove(e.Members[1].ID, time.Second)
		}, nil},
		{"nobody finds anybody when all moved", []string{"a", "b", "c"}, func(e *Etcd) error {
			for _, member := range e.Members {
				member.now = "10.9.9." + member.Name
			}
			return e.remove(e.Members[0].ID, time.Second)
		}, errNoLeader},
		{"nothing without quorum", []string{"a", "B"}, func(e *Etcd) error { return e.remove(e.id("B"), time.Second) }, errNoLeader},
		{"a learner may join one", []string{"a"}, join, nil},
		{"no second learner", []string{"a", "[b]"}, join, errTooManyLear},
		{"nobody joins while one is down", []string{"a", "b", "C"}, join, errUnhealthy},
		{"leadership goes to no learner", []string{"a", "[b]"}, func(e *Etcd) error { return e.moveLeader(e.member(e.id("b"))) }, errTransferee},
	} {
		if got := test.do(membership(test.members...)); got != test.wanted {
			t.Errorf("%s: %v, wanted %v", test.what, got, test.wanted)
		}
	}
}

func join(e *Etcd) error {
	_, err := e.addLearner("10.0.0.9", time.Second)
	return err
}
