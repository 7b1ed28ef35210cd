# kubectl logs
$ kubectl run clock --image=busybox:1.36 -- sh -c 'i=0; while true; do i=$((i+1)); echo tick $i; sleep 1; done'
pod/clock created
$ kubectl logs clock
$ ctl advance --seconds 10
$ kubectl logs clock
tick 1
tick 2
tick 3
tick 4
tick 5
tick 6
tick 7
tick 8
tick 9
tick 10
$ kubectl logs clock --tail=2
tick 9
tick 10
$ kubectl logs clock --since=2s
tick 9
tick 10
$ kubectl logs clock --timestamps --tail=1
(time) tick 10
$ kubectl logs clock --limit-bytes=10
tick 1
tic
$ kubectl logs clock -c other
! error: container other is not valid for pod clock out of: clock
(exit 1)
$ kubectl logs nobody
! error: error from server (NotFound): pods "nobody" not found in namespace "default"
(exit 1)
# A container that ends is started again; what it said before is still there.
$ kubectl run brief --image=busybox:1.36 -- sh -c 'echo it begins; sleep 2; echo it ends; exit 3'
pod/brief created
$ ctl advance --seconds 9
$ kubectl get pod brief
NAME  READY  STATUS  RESTARTS  AGE
brief  0/1  CrashLoopBackOff  1 ((age) ago)  (age)
$ kubectl logs brief --previous
it begins
it ends
$ kubectl describe pod brief
Name:  brief
Namespace:  default
Priority:  0
Service Account:  default
Node:  worker-3/172.18.0.5
Start Time:  (time)
Labels:  run=brief
                  topology.kubernetes.io/zone=rack-1
Annotations:  <none>
Status:  Running
IP:  (pod address)
IPs:
  IP:  (pod address)
Containers:
  brief:
    Container ID:  containerd://(id)
    Image:  busybox:1.36
    Image ID:  docker.io/library/busybox@sha256:(digest)
    Port:  <none>
    Host Port:  <none>
    Args:
      sh
      -c
      echo it begins; sleep 2; echo it ends; exit 3
    State:  Waiting
      Reason:  CrashLoopBackOff
    Last State:  Terminated
      Reason:  Error
      Exit Code:  3
      Started:  (time)
      Finished:  (time)
    Ready:  False
    Restart Count:  1
    Environment:  <none>
    Mounts:
      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-(random) (ro)
Conditions:
  Type  Status
  PodReadyToStartContainers  True
  Initialized  True
  Ready  False
  ContainersReady  False
  PodScheduled  True
Volumes:
  kube-api-access-(random):
    Type:  Projected (a volume that contains injected data from multiple sources)
    TokenExpirationSeconds:  3607
    ConfigMapName:  kube-root-ca.crt
    Optional:  false
    DownwardAPI:  true
QoS Class:  BestEffort
Node-Selectors:  <none>
Tolerations:  node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
                             node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
Events:
  Type  Reason  Age  From  Message
  ----  ------  ----  ----  -------
  Normal  Scheduled  (age)  default-scheduler  Successfully assigned default/brief to worker-3
  Normal  Pulling  (age)  kubelet  spec.containers{brief}: Pulling image "busybox:1.36"
  Normal  Pulled  (age)  kubelet  spec.containers{brief}: Successfully pulled image "busybox:1.36" in (span) ((span) including waiting). Image size: 2200000 bytes.
  Normal  Created  (age) (x2 over (age))  kubelet  spec.containers{brief}: Container created
  Normal  Started  (age) (x2 over (age))  kubelet  spec.containers{brief}: Container started
  Normal  Pulled  (age)  kubelet  spec.containers{brief}: Container image "busybox:1.36" already present on machine and can be accessed by the pod
  Warning  BackOff  (age)  kubelet  spec.containers{brief}: Back-off restarting failed container brief in pod brief_default((uid))
$ kubectl logs clock --previous
! Error from server (BadRequest): previous terminated container "clock" in pod "clock" not found
(exit 1)
$ kubectl create deployment web --image=nginx:1.27
deployment.apps/web created
$ ctl advance --seconds 10
$ kubectl logs -l app=web --prefix
# A machine that is cut off answers nobody; what it says meanwhile is there when it is back.
$ kubectl create -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: far}
spec:
  nodeName: worker-3
  containers: [{name: busybox, image: "busybox:1.36", command: [sh, -c, "echo here; sleep 10; echo still here; sleep 1000"]}]
EOF
pod/far created
$ ctl advance --seconds 5
$ kubectl logs far
here
$ ctl injectFault --fault machine-unplugged --target worker-3
$ kubectl logs far
! Error from server: Get "https://172.18.0.5:10250/containerLogs/default/far/busybox": dial tcp 172.18.0.5:10250: i/o timeout
(exit 1)
$ ctl advance --seconds 10
$ ctl healFault --fault machine-unplugged --target worker-3
$ kubectl logs far
here
still here
