# kubectl apply: client side, server side, dry runs
$ kubectl apply -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {tier: front}}
data: {colour: red, size: "1"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: nginx, image: "nginx:1.27"}]
EOF
configmap/settings created
deployment.apps/web created
$ kubectl apply -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {tier: front}}
data: {colour: red, size: "1"}
EOF
configmap/settings unchanged
$ kubectl apply -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue}
EOF
configmap/settings configured
$ kubectl get configmap settings -o yaml
apiVersion: v1
data:
  colour: blue
kind: ConfigMap
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"v1","data":{"colour":"blue"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"settings","namespace":"default"}}
  creationTimestamp: "(time)"
  name: settings
  namespace: default
  resourceVersion: "(version)"
  uid: (uid)
$ kubectl apply --dry-run=client -o name -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
EOF
configmap/other
$ kubectl apply --dry-run=server -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: other}
EOF
configmap/other created (server dry run)
$ kubectl get configmap other
! Error from server (NotFound): configmaps "other" not found
(exit 1)
# What one manager applied, another may not change without force.
$ kubectl apply --server-side --field-manager=first -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: shared}
data: {colour: red}
EOF
configmap/shared serverside-applied
$ kubectl apply --server-side --field-manager=second -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: shared}
data: {colour: green}
EOF
! error: Apply failed with 1 conflict: conflict with "first": .data.colour
! Please review the fields above--they currently have other managers. Here
! are the ways you can resolve this warning:
! * If you intend to manage all of these fields, please re-run the apply
!   command with the `--force-conflicts` flag.
! * If you do not intend to manage all of the fields, please edit your
!   manifest to remove references to the fields that should keep their
!   current managers.
! * You may co-own fields by updating your manifest to match the existing
!   value; in this case, you'll become the manager if the other manager(s)
!   stop managing the field (remove it from their configuration).
! See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
(exit 1)
$ kubectl apply --server-side --field-manager=second --force-conflicts -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: shared}
data: {colour: green}
EOF
configmap/shared serverside-applied
$ kubectl get configmap shared -o yaml --show-managed-fields
apiVersion: v1
data:
  colour: green
kind: ConfigMap
metadata:
  creationTimestamp: "(time)"
  managedFields:
  - apiVersion: v1
    fieldsType: FieldsV1
    fieldsV1:
      f:data:
        f:colour: {}
    manager: second
    operation: Apply
    time: "(time)"
  name: shared
  namespace: default
  resourceVersion: "(version)"
  uid: (uid)
$ kubectl apply view-last-applied configmap settings
apiVersion: v1
data:
  colour: blue
kind: ConfigMap
metadata:
  annotations: {}
  name: settings
  namespace: default
$ kubectl diff -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue}
EOF
