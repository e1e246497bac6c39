{{- /* One workload, given {root, kind, name, replicas, resources, args, hostNetwork, everywhere, account}. The same file in each chart. */ -}}
{{- define "lab.workload" -}}
apiVersion: apps/v1
kind: {{ .kind }}
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {app.kubernetes.io/name: {{ .name }}, app.kubernetes.io/instance: {{ .root.Release.Name }}}
spec:
  {{- if ne .kind "DaemonSet" }}
  replicas: {{ .replicas | default 1 }}
  {{- end }}
  {{- if eq .kind "StatefulSet" }}
  serviceName: {{ .name }}
  {{- end }}
  selector:
    matchLabels: {app.kubernetes.io/name: {{ .name }}, app.kubernetes.io/instance: {{ .root.Release.Name }}}
  template:
    metadata:
      labels: {app.kubernetes.io/name: {{ .name }}, app.kubernetes.io/instance: {{ .root.Release.Name }}}
    spec:
      {{- if .hostNetwork }}
      hostNetwork: true
      {{- end }}
      {{- if .everywhere }}
      tolerations: [{operator: Exists}]
      {{- end }}
      containers:
        - name: main
          image: lab.invalid/{{ .name }}:{{ .root.Chart.AppVersion }}
          {{- with .args }}
          args: {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .resources }}
          resources: {{- toYaml . | nindent 12 }}
          {{- end }}
  {{- with .claims }}
  volumeClaimTemplates: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "lab.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {app.kubernetes.io/name: {{ .name }}, app.kubernetes.io/instance: {{ .root.Release.Name }}}
spec:
  type: {{ .type | default "ClusterIP" }}
  selector: {app.kubernetes.io/name: {{ .of | default .name }}, app.kubernetes.io/instance: {{ .root.Release.Name }}}
  ports: {{- toYaml .ports | nindent 4 }}
{{- end -}}
