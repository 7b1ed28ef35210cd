# What the API server refuses, in upstream's words
$ kubectl get pod nobody
! Error from server (NotFound): pods "nobody" not found
(exit 1)
$ kubectl get wonders
! error: the server doesn't have a resource type "wonders"
(exit 1)
$ kubectl get pods --field-selector spec.colour=red
! Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.colour=red": field label not supported: spec.colour
(exit 1)
$ kubectl get pods -l 'a in b'
! Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "a in b", field selector "": unable to parse requirement: found 'b' expected: '('
(exit 1)
$ kubectl apply -f - <<EOF
apiVersion: example.com/v1
kind: Wonder
metadata: {name: first}
EOF
! error: resource mapping not found for name: "first" namespace: "" from "STDIN": no matches for kind "Wonder" in version "example.com/v1"
! ensure CRDs are installed first
(exit 1)
$ kubectl apply -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: wrong}
spec:
  containers: [{name: nginx, image: "nginx:1.27", port: 80}]
EOF
! Error from server (BadRequest): error when creating "STDIN": Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].port"
(exit 1)
$ kubectl apply -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: Wrong_Name}
spec:
  containers: [{name: nginx, image: ""}]
EOF
! The Pod "Wrong_Name" is invalid:
! * metadata.name: Invalid value: "Wrong_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
! * spec.containers[0].image: Required value
(exit 1)
$ kubectl apply -f - <<EOF
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: other}}
    spec:
      containers: [{name: nginx, image: "nginx:1.27", resources: {requests: {cpu: 2}, limits: {cpu: 1}}}]
EOF
! The Deployment "web" is invalid:
! * spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`
! * spec.template.spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1
(exit 1)
$ kubectl create -f - <<EOF
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.0.0.1, ports: [{port: 80}]}
EOF
! The Service "web" is invalid: spec.clusterIPs: Invalid value: ["10.0.0.1"]: failed to allocate IP 10.0.0.1: the provided IP (10.0.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16
(exit 1)
$ kubectl create -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: nowhere}
spec:
  containers: [{name: nginx, image: "nginx:1.27"}]
EOF
! Error from server (NotFound): error when creating "STDIN": namespaces "nowhere" not found
(exit 1)
$ kubectl create -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: [list]}
EOF
! error: unable to decode "STDIN": json: cannot unmarshal array into Go struct field ObjectMeta.metadata.name of type string
(exit 1)
$ kubectl create configmap settings --from-literal=colour=red
configmap/settings created
$ kubectl replace -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, resourceVersion: "1"}
EOF
! Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "settings": the object has been modified; please apply your changes to the latest version and try again
(exit 1)
$ kubectl create deployment web --image=nginx:1.27
deployment.apps/web created
$ kubectl patch deployment web -p {"spec":{"selector":{"matchLabels":{"app":"other"}}}}
! The Deployment "web" is invalid:
! * spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`
! * spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable
(exit 1)
$ kubectl patch service kubernetes -p {"spec":{"ports":[]}}
service/kubernetes patched (no change)
$ kubectl delete priorityclass system-node-critical
! Error from server (Forbidden): priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted
(exit 1)
