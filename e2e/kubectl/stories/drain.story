# kubectl drain: what DaemonSets and budgets say to it
$ kubectl create deployment web --image=nginx:1.27 --replicas=3
deployment.apps/web created
$ kubectl create poddisruptionbudget web --selector=app=web --min-available=3
poddisruptionbudget.policy/web created
$ kubectl apply -f - <<EOF
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: "registry.k8s.io/pause:3.10"}]}
EOF
daemonset.apps/agent created
$ ctl advance --seconds 30
$ kubectl get daemonsets,poddisruptionbudgets
NAME  DESIRED  CURRENT  READY  UP-TO-DATE  AVAILABLE  NODE SELECTOR  AGE
daemonset.apps/agent  3  3  3  3  3  <none>  (age)

NAME  MIN AVAILABLE  MAX UNAVAILABLE  ALLOWED DISRUPTIONS  AGE
poddisruptionbudget.policy/web  3  N/A  0  (age)
$ kubectl drain worker-1
node/worker-1 cordoned
! error: unable to drain node "worker-1" due to error: cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/agent-(random), continuing command...
! There are pending nodes to be drained:
!  worker-1
! cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/agent-(random)
(exit 1)
$ kubectl drain worker-1 --ignore-daemonsets --timeout=1s
node/worker-1 already cordoned
evicting pod default/web-7d876db474-(random)
evicting pod default/web-7d876db474-(random)
! Warning: ignoring DaemonSet-managed Pods: default/agent-(random)
! error when evicting pods/"web-7d876db474-(random)" -n "default" (will retry after (age)): Cannot evict pod as it would violate the pod's disruption budget.
! There are pending pods in node "worker-1" when an error occurred: error when evicting pods/"web-7d876db474-(random)" -n "default": global timeout reached: (age)
! pod/web-7d876db474-(random)
! error: unable to drain node "worker-1" due to error: error when evicting pods/"web-7d876db474-(random)" -n "default": global timeout reached: 1s, continuing command...
! There are pending nodes to be drained:
!  worker-1
! error when evicting pods/"web-7d876db474-(random)" -n "default": global timeout reached: (age)
(exit 1)
$ kubectl patch poddisruptionbudget web -p '{"spec":{"minAvailable":2}}'
poddisruptionbudget.policy/web patched
$ ctl advance --seconds 5
$ kubectl get poddisruptionbudget web
NAME  MIN AVAILABLE  MAX UNAVAILABLE  ALLOWED DISRUPTIONS  AGE
web  2  N/A  1  (age)
$ kubectl drain worker-1 --ignore-daemonsets --dry-run=server
node/worker-1 already cordoned (server dry run)
evicting pod default/web-7d876db474-(random) (server dry run)
node/worker-1 drained (server dry run)
! Warning: ignoring DaemonSet-managed Pods: default/agent-(random)
$ kubectl uncordon worker-1
node/worker-1 uncordoned
