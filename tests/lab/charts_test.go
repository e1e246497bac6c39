// The charts that stand in for the public ones: names and versions of the catalogue, and what it waits for becomes ready.
package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// addon is what the test needs of a file of specs/catalogue.
type addon struct {
	Name       string         `yaml:"name"`
	Chart      string         `yaml:"chart"`
	Version    string         `yaml:"version"`
	Namespace  string         `yaml:"namespace"`
	Privileged bool           `yaml:"privileged"`
	OwnsCRDs   bool           `yaml:"ownsCRDs"`
	Ready      []any          `yaml:"ready"`
	Values     map[string]any `yaml:"values"`
	Dashboards map[string]struct {
		Service string `yaml:"service"`
	} `yaml:"dashboards"`
}

// gates are "Kind namespace/name" or "Kind name", conditions aside: the catalogue's own values turn all on.
func (a addon) gates() []string {
	var all []string
	for _, gate := range a.Ready {
		switch g := gate.(type) {
		case string:
			all = append(all, g)
		case map[string]any:
			all = append(all, g["gate"].(string))
		}
	}
	for _, dashboard := range a.Dashboards {
		all = append(all, "Service "+dashboard.Service)
	}
	return all
}

func catalogue(t *testing.T) map[string]addon {
	files, err := filepath.Glob("../../specs/catalogue/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no catalogue: %v", err)
	}
	all := map[string]addon{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var a addon
		if err := yaml.Unmarshal(data, &a); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[a.Name] = a
	}
	return all
}

func (a addon) folder() string { return "charts/" + filepath.Base(a.Chart) }

func TestChartsHaveTheCataloguesNamesAndVersions(t *testing.T) {
	workload := ""
	for name, a := range catalogue(t) {
		data, err := os.ReadFile(a.folder() + "/Chart.yaml")
		if err != nil {
			t.Errorf("addon %s: %v", name, err)
			continue
		}
		if text := string(data); !strings.Contains(text, "name: "+filepath.Base(a.Chart)+"\n") || !strings.Contains(text, "\nversion: "+a.Version+"\n") {
			t.Errorf("addon %s wants %s %s, the chart says\n%s", name, a.Chart, a.Version, text)
		}
		if _, err := os.Stat(a.folder() + "/crds"); (err == nil) != a.OwnsCRDs {
			t.Errorf("addon %s: ownsCRDs is %v, which its chart's crds folder denies", name, a.OwnsCRDs)
		}
		shared, err := os.ReadFile(a.folder() + "/templates/_workload.tpl")
		if err != nil || workload != "" && workload != string(shared) {
			t.Errorf("addon %s: _workload.tpl is not as in the other charts", name)
		}
		workload = string(shared)
	}
}

func TestEveryAddonOfTheCatalogueBecomesReady(t *testing.T) {
	b := newBench(t, 3)
	b.generate("https://10.77.12.2:6443", "1.35.2")
	b.give("cp-1", 11, 11)
	b.give("w-1", 21, 51)
	b.until(60, func(r result) bool { return r.code == 0 }, "talosctl", b.at("11", "10.77.12.11", "bootstrap")...)
	b.until(60, func(r result) bool { return r.code == 0 }, "talosctl", b.at("11", "10.77.12.11", "etcd", "members")...)
	b.kubeconfig("11", "10.77.12.11")
	b.until(60, func(r result) bool { return r.code == 0 }, "kubectl", "get", "nodes")
	all := catalogue(t)
	for _, name := range []string{"cilium", "metallb", "traefik", "local-path", "metrics-server", "cert-manager", "monitoring"} {
		b.install(all[name])
		if name == "metallb" {
			b.pool()
		}
	}
	if len(all) != 7 {
		t.Errorf("the catalogue has %d addons, the test knows 7", len(all))
	}
	b.storage(all["monitoring"])
	b.until(20, shows("True"), "kubectl", "get", "apiservice", "v1beta1.metrics.k8s.io")
	b.must(20, "kubectl", "api-resources")
}

func (b *bench) install(a addon) {
	if b.run(20, "kubectl", "create", "namespace", a.Namespace); a.Privileged {
		b.must(20, "kubectl", "label", "--overwrite", "namespace", a.Namespace, "pod-security.kubernetes.io/enforce=privileged")
	}
	values, err := yaml.Marshal(a.Values)
	check(err)
	b.write(a.Name+".yaml", string(values), 0o600)
	path, err := filepath.Abs(a.folder())
	check(err)
	b.must(90, "helm", "install", a.Name, path, "-n", a.Namespace, "-f", a.Name+".yaml", "--wait", "--timeout", "60s")
	for _, gate := range a.gates() {
		kind, id, _ := strings.Cut(gate, " ")
		namespace, name, found := strings.Cut(id, "/")
		if !found {
			namespace, name = "default", id
		}
		b.must(20, "kubectl", "get", kind, name, "-n", namespace)
	}
}

func (b *bench) pool() {
	b.write("pool.yaml", "apiVersion: metallb.io/v1beta1\nkind: IPAddressPool\nmetadata: {name: pool, namespace: metallb-system}\nspec: {addresses: ["+
		b.subnet+"200-"+b.subnet+"210]}\n", 0o600)
	b.must(30, "kubectl", "apply", "-f", "pool.yaml")
}

// storage installs monitoring once more with a volume, as examples/ha has it.
func (b *bench) storage(a addon) {
	b.must(60, "helm", "uninstall", a.Name, "-n", a.Namespace, "--wait")
	spec := a.Values["prometheus"].(map[string]any)["prometheusSpec"].(map[string]any)
	spec["storageSpec"] = map[string]any{"volumeClaimTemplate": map[string]any{"spec": map[string]any{
		"accessModes": []string{"ReadWriteOnce"}, "resources": map[string]any{"requests": map[string]any{"storage": "10Gi"}}}}}
	b.install(a)
	b.until(20, shows("Bound"), "kubectl", "get", "pvc", "-n", a.Namespace)
}
