# kubectl delete: grace, cascades, namespaces
$ kubectl create namespace shop
namespace/shop created
$ ctl advance --seconds 1
$ kubectl create deployment web --image=nginx:1.27 --replicas=2 -n shop
deployment.apps/web created
$ kubectl run stubborn --image=busybox:1.36 -n shop --command -- sh -c 'trap "" TERM; sleep 100000'
pod/stubborn created
$ ctl advance --seconds 20
$ kubectl get pods -n shop
NAME  READY  STATUS  RESTARTS  AGE
stubborn  1/1  Running  0  (age)
web-7d876db474-(random)  1/1  Running  0  (age)
web-7d876db474-(random)  1/1  Running  0  (age)
# It does not listen to SIGTERM: it is killed when its grace is over.
$ kubectl delete pod stubborn -n shop --grace-period=5 --wait=false
pod "stubborn" deleted from shop namespace
$ ctl advance --seconds 3
$ kubectl get pod stubborn -n shop
NAME  READY  STATUS  RESTARTS  AGE
stubborn  1/1  Terminating  0  (age)
$ ctl advance --seconds 4
$ kubectl get pod stubborn -n shop
! Error from server (NotFound): pods "stubborn" not found
(exit 1)
$ kubectl delete pod stubborn -n shop
! Error from server (NotFound): pods "stubborn" not found
(exit 1)
$ kubectl delete pod stubborn -n shop --ignore-not-found
# Orphans stay.
$ kubectl delete deployment web -n shop --cascade=orphan --wait=false
deployment.apps "web" deleted from shop namespace
$ ctl advance --seconds 3
$ kubectl get deployments,replicasets -n shop
NAME  DESIRED  CURRENT  READY  AGE
replicaset.apps/web-7d876db474  2  2  2  (age)
# Foreground: dependents first.
$ kubectl delete replicaset -l app=web -n shop --cascade=foreground --wait=false
replicaset.apps "web-7d876db474" deleted from shop namespace
$ kubectl get replicaset -l app=web -n shop -o jsonpath={.items[0].metadata.finalizers}
["foregroundDeletion"]
$ ctl advance --seconds 5
$ kubectl get replicasets,pods -n shop
! No resources found in shop namespace.
# Background: the owner goes at once.
$ kubectl create deployment web --image=nginx:1.27 --replicas=2 -n shop
deployment.apps/web created
$ ctl advance --seconds 10
$ kubectl delete deployment web -n shop
deployment.apps "web" deleted from shop namespace
$ kubectl get deployments,replicasets -n shop
NAME  DESIRED  CURRENT  READY  AGE
replicaset.apps/web-7d876db474  2  2  2  (age)
$ ctl advance --seconds 5
$ kubectl get deployments,replicasets,pods -n shop
! No resources found in shop namespace.
$ kubectl run quick --image=nginx:1.27 -n shop
pod/quick created
$ ctl advance --seconds 5
$ kubectl delete pod quick -n shop --grace-period=0 --force
pod "quick" force deleted from shop namespace
! Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.
$ kubectl delete pods --all -n shop
No resources found
# A namespace takes everything in it along.
$ kubectl create configmap settings -n shop
configmap/settings created
$ kubectl delete namespace shop --wait=false
namespace "shop" deleted
$ kubectl get namespace shop
NAME  STATUS  AGE
shop  Terminating  (age)
$ kubectl create configmap late -n shop
! error: failed to create configmap: configmaps "late" is forbidden: unable to create new content in namespace shop because it is being terminated
(exit 1)
$ ctl advance --seconds 15
$ kubectl get namespace shop
! Error from server (NotFound): namespaces "shop" not found
(exit 1)
$ kubectl delete namespace default
! Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted
(exit 1)
$ kubectl delete node,pod
! error: resource(s) were provided, but no name was specified
(exit 1)
