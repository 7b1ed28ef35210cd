# kubectl label, annotate, patch
$ kubectl label node worker-1 disk=fast
node/worker-1 labeled
$ kubectl label node worker-1 disk=slow
! error: 'disk' already has a value (fast), and --overwrite is false
(exit 1)
$ kubectl label node worker-1 disk=slow --overwrite
node/worker-1 labeled
$ kubectl get nodes -l disk -L disk
NAME  STATUS  ROLES  AGE  VERSION  DISK
worker-1  Ready  <none>  (age)  v1.36.2  slow
$ kubectl label node worker-1 disk-
node/worker-1 unlabeled
$ kubectl label node worker-1 disk-
label "disk" not found.
node/worker-1 not labeled
$ kubectl label nodes --all rack=one
node/control-plane labeled
node/worker-1 labeled
node/worker-2 labeled
node/worker-3 labeled
$ kubectl label node worker-1 'a b=c'
! The Node "worker-1" is invalid: metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')
(exit 1)
$ kubectl annotate node worker-1 note=hello
node/worker-1 annotated
$ kubectl annotate node worker-1 note=other
! error: --overwrite is false but found the following declared annotation(s): 'note' already has a value (hello)
(exit 1)
$ kubectl annotate node worker-1 note-
node/worker-1 annotated
$ kubectl create configmap settings --from-literal=colour=red
configmap/settings created
$ kubectl patch configmap settings -p {"data":{"colour":"blue"}}
configmap/settings patched
$ kubectl patch configmap settings --type=json -p [{"op":"test","path":"/data/colour","value":"green"}]
! The request is invalid: the server rejected our request due to an error in our request
(exit 1)
$ kubectl patch configmap settings --type=merge -p {"data":{"colour":null}}
configmap/settings patched
$ kubectl get configmap settings -o jsonpath={.data}
$ kubectl label configmap settings tier=front --dry-run=server
configmap/settings labeled (server dry run)
$ kubectl get configmap settings --show-labels
NAME  DATA  AGE  LABELS
settings  0  (age)  <none>
