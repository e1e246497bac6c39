// The COSI state of one boot: which types there are, who may read them, and how they follow the node.
package main

import (
	"context"
	"fmt"
	"log"
	"slices"
	"strings"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/resource/meta"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	"github.com/cosi-project/runtime/pkg/state/registry"
	"github.com/siderolabs/talos/pkg/machinery/resources/block"
	"github.com/siderolabs/talos/pkg/machinery/resources/cluster"
	"github.com/siderolabs/talos/pkg/machinery/resources/config"
	"github.com/siderolabs/talos/pkg/machinery/resources/etcd"
	"github.com/siderolabs/talos/pkg/machinery/resources/hardware"
	"github.com/siderolabs/talos/pkg/machinery/resources/k8s"
	"github.com/siderolabs/talos/pkg/machinery/resources/network"
	"github.com/siderolabs/talos/pkg/machinery/resources/runtime"
	"github.com/siderolabs/talos/pkg/machinery/resources/secrets"
	"github.com/siderolabs/talos/pkg/machinery/resources/time"
	"github.com/siderolabs/talos/pkg/machinery/resources/v1alpha1"
	"go.yaml.in/yaml/v4"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Types that the API knows; aliases such as `mc` follow from them.
var types = []meta.ResourceWithRD{
	&block.Disk{}, &block.DiscoveredVolume{}, &block.MountStatus{}, &block.SystemDisk{}, &block.VolumeConfig{}, &block.VolumeStatus{},
	&cluster.Affiliate{}, &cluster.Config{}, &cluster.Identity{}, &cluster.Info{}, &cluster.Member{},
	&config.MachineConfig{}, &config.MachineType{},
	&etcd.Config{}, &etcd.PKIStatus{}, &etcd.Spec{}, &etcd.Member{},
	&hardware.MemoryModule{}, &hardware.Processor{}, &hardware.SystemInformation{},
	&k8s.APIServerConfig{}, &k8s.ConfigStatus{}, &k8s.ControllerManagerConfig{}, &k8s.Endpoint{}, &k8s.KubeletConfig{}, &k8s.KubeletSpec{},
	&k8s.Manifest{}, &k8s.ManifestStatus{}, &k8s.NodeIP{}, &k8s.Nodename{}, &k8s.NodeStatus{}, &k8s.NodeTaintSpec{}, &k8s.NodeLabelSpec{},
	&k8s.SchedulerConfig{}, &k8s.SecretsStatus{}, &k8s.StaticPod{}, &k8s.StaticPodStatus{},
	&network.AddressStatus{}, &network.AddressSpec{}, &network.HardwareAddr{}, &network.HostnameStatus{}, &network.HostnameSpec{},
	&network.LinkStatus{}, &network.LinkSpec{}, &network.NodeAddress{}, &network.ResolverStatus{}, &network.RouteStatus{},
	&network.RouteSpec{}, &network.Status{}, &network.TimeServerStatus{},
	&runtime.Diagnostic{}, &runtime.ExtensionStatus{}, &runtime.KernelCmdline{}, &runtime.MachineResetSignal{}, &runtime.MachineStatus{},
	&runtime.MetaKey{}, &runtime.MountStatus{}, &runtime.PlatformMetadata{}, &runtime.SecurityState{}, &runtime.Version{},
	&secrets.API{}, &secrets.CertSAN{}, &secrets.Etcd{}, &secrets.Kubernetes{}, &secrets.OSRoot{},
	&time.Status{}, &v1alpha1.Service{},
}

var namespaces = []string{v1alpha1.NamespaceName, cluster.NamespaceName, config.NamespaceName, etcd.NamespaceName, hardware.NamespaceName,
	k8s.NamespaceName, k8s.ControlPlaneNamespaceName, network.NamespaceName, network.ConfigNamespaceName, secrets.NamespaceName}

// Resources is a COSI state that follows a wanted set.
type Resources struct {
	core     state.CoreState
	specs    map[string]string // what was published, as YAML, by namespace, type and ID
	pointers map[string]resource.Resource
}

func newResources() *Resources {
	ctx := context.Background()
	core := namespaced.NewState(inmem.Build)
	wrapped := state.WrapCore(core)
	spaces, kinds := registry.NewNamespaceRegistry(wrapped), registry.NewResourceRegistry(wrapped)
	check(spaces.RegisterDefault(ctx))
	check(kinds.RegisterDefault(ctx))
	slices.Sort(namespaces)
	for _, name := range slices.Compact(namespaces) {
		check(spaces.Register(ctx, name, "as in Talos"))
	}
	for _, kind := range types {
		check(kinds.Register(ctx, kind))
	}
	return &Resources{core: core, specs: map[string]string{}, pointers: map[string]resource.Resource{}}
}

// check stops at what only a mistake in this program brings.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

// set makes the state hold just these, beside its definitions; what did not change keeps its version.
func (r *Resources) set(wanted []resource.Resource) {
	ctx := context.Background()
	keep := map[string]bool{}
	for _, res := range wanted {
		key := res.Metadata().String()
		keep[key] = true
		text := specText(res)
		if old, found := r.specs[key]; found && old == text {
			continue
		}
		if old, err := r.core.Get(ctx, res.Metadata()); err == nil {
			res.Metadata().SetVersion(old.Metadata().Version())
			res.Metadata().SetCreated(old.Metadata().Created())
			err = r.core.Update(ctx, res)
			complain(err)
		} else {
			complain(r.core.Create(ctx, res))
		}
		r.specs[key], r.pointers[key] = text, res
	}
	for key, res := range r.pointers {
		if !keep[key] {
			complain(r.core.Destroy(ctx, res.Metadata()))
			delete(r.specs, key)
			delete(r.pointers, key)
		}
	}
}

// specText tells two specs apart. A config is a long text already.
func specText(res resource.Resource) string {
	if machine, ok := res.(*config.MachineConfig); ok {
		if text, err := machine.Provider().Bytes(); err == nil {
			return string(text)
		}
	}
	text, err := yaml.Marshal(res.Spec())
	check(err)
	return string(text)
}

func complain(err error) {
	if err != nil {
		log.Print(err)
	}
}

// version is that of a published resource, as the annotations of static pods carry it.
func (r *Resources) version(pointer resource.Pointer) string {
	if res, err := r.core.Get(context.Background(), pointer); err == nil {
		return res.Metadata().Version().String()
	}
	return ""
}

// readable is the state as callers see it: read-only, and sensitive types for admins only.
func (r *Resources) readable() state.CoreState {
	definitions := state.WrapCore(r.core)
	return state.Filter(r.core, func(ctx context.Context, access state.Access) error {
		if !access.Verb.Readonly() {
			return status.Error(codes.PermissionDenied, "write access is not allowed")
		}
		pointer := resource.NewMetadata(meta.NamespaceName, meta.ResourceDefinitionType, strings.ToLower(access.ResourceType), resource.VersionUndefined)
		found, err := definitions.Get(ctx, pointer)
		if err != nil {
			return status.Error(codes.PermissionDenied, fmt.Sprintf("resource type %q is not supported", access.ResourceType))
		}
		if found.(*meta.ResourceDefinition).TypedSpec().Sensitivity == meta.Sensitive && !isAdmin(ctx) {
			return errNotAuthorized
		}
		return nil
	})
}

var errNotAuthorized = status.Error(codes.PermissionDenied, "not authorized")
