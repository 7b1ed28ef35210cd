# kubectl taint, cordon, uncordon
$ kubectl cordon worker-1
node/worker-1 cordoned
$ kubectl cordon worker-1
node/worker-1 already cordoned
$ ctl advance --seconds 2
$ kubectl get node worker-1
NAME  STATUS  ROLES  AGE  VERSION
worker-1  Ready,SchedulingDisabled  <none>  (age)  v1.36.2
$ kubectl create deployment web --image=nginx:1.27 --replicas=4
deployment.apps/web created
$ ctl advance --seconds 10
$ kubectl get pods --field-selector spec.nodeName=worker-1
! No resources found in default namespace.
$ kubectl uncordon worker-1
node/worker-1 uncordoned
$ kubectl taint node worker-2 dedicated=db:NoSchedule
node/worker-2 tainted
$ kubectl taint node worker-2 dedicated=db:NoSchedule
! error: node worker-2 already has dedicated taint(s) with same effect(s) and --overwrite is false
(exit 1)
$ kubectl taint nodes worker-2 worker-3 gone=yes:NoExecute
node/worker-2 tainted
node/worker-3 tainted
$ ctl advance --seconds 20
$ kubectl get pods -o custom-columns=NODE:.spec.nodeName
NODE
worker-1
worker-1
worker-1
worker-1
$ kubectl get node worker-2 -o jsonpath={.spec.taints}
[{"effect":"NoExecute","key":"gone","value":"yes"},{"effect":"NoSchedule","key":"dedicated","value":"db"}]
$ kubectl taint node worker-2 gone-
node/worker-2 untainted
$ kubectl taint node worker-2 gone-
! error: taint "gone" not found
(exit 1)
$ kubectl taint node worker-2 dedicated=db:Sometimes
! error: invalid taint effect: Sometimes, unsupported taint effect
! See 'kubectl taint -h' for help and examples
(exit 1)
$ kubectl taint node worker-3 gone:NoExecute-
node/worker-3 untainted
# Nowhere to go.
$ kubectl cordon worker-1 worker-3
node/worker-1 cordoned
node/worker-3 cordoned
$ kubectl scale deployment web --replicas=5
deployment.apps/web scaled
$ ctl advance --seconds 5
$ kubectl get events --field-selector reason=FailedScheduling -o custom-columns=MESSAGE:.message
MESSAGE
0/4 nodes are available: 2 node(s) had untolerated taint(s), 2 node(s) were unschedulable. no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.
