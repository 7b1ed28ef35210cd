# kubectl describe
# One machine to choose, so that the scheduler's choice is no matter of chance.
$ kubectl cordon worker-2 worker-3
node/worker-2 cordoned
node/worker-3 cordoned
$ kubectl create deployment web --image=nginx:1.27 --replicas=1 --port=80
deployment.apps/web created
$ kubectl expose deployment web --port=80
service/web exposed
$ ctl advance --seconds 20
$ kubectl describe deployment web
Name:  web
Namespace:  default
CreationTimestamp:  (time)
Labels:  app=web
Annotations:  deployment.kubernetes.io/revision: 1
Selector:  app=web
Replicas:  1 desired | 1 updated | 1 total | 1 available | 0 unavailable
StrategyType:  RollingUpdate
MinReadySeconds:  0
RollingUpdateStrategy:  25% max unavailable, 25% max surge
Pod Template:
  Labels:  app=web
  Containers:
   nginx:
    Image:  nginx:1.27
    Port:  80/TCP
    Host Port:  0/TCP
    Environment:  <none>
    Mounts:  <none>
  Volumes:  <none>
  Node-Selectors:  <none>
  Tolerations:  <none>
Conditions:
  Type  Status  Reason
  ----  ------  ------
  Available  True  MinimumReplicasAvailable
  Progressing  True  NewReplicaSetAvailable
OldReplicaSets:  <none>
NewReplicaSet:  web-cc544bdcc (1/1 replicas created)
Events:
  Type  Reason  Age  From  Message
  ----  ------  ----  ----  -------
  Normal  ScalingReplicaSet  (age)  deployment-controller  Scaled up replica set web-cc544bdcc from 0 to 1
$ kubectl describe replicaset -l app=web
Name:  web-cc544bdcc
Namespace:  default
Selector:  app=web,pod-template-hash=cc544bdcc
Labels:  app=web
                pod-template-hash=cc544bdcc
Annotations:  deployment.kubernetes.io/desired-replicas: 1
                deployment.kubernetes.io/max-replicas: 2
                deployment.kubernetes.io/revision: 1
Controlled By:  Deployment/web
Replicas:  1 current / 1 desired
Pods Status:  1 Running / 0 Waiting / 0 Succeeded / 0 Failed
Pod Template:
  Labels:  app=web
           pod-template-hash=cc544bdcc
  Containers:
   nginx:
    Image:  nginx:1.27
    Port:  80/TCP
    Host Port:  0/TCP
    Environment:  <none>
    Mounts:  <none>
  Volumes:  <none>
  Node-Selectors:  <none>
  Tolerations:  <none>
Events:
  Type  Reason  Age  From  Message
  ----  ------  ----  ----  -------
  Normal  SuccessfulCreate  (age)  replicaset-controller  Created pod: web-cc544bdcc-(random)
$ kubectl describe pod -l app=web
Name:  web-cc544bdcc-(random)
Namespace:  default
Priority:  0
Service Account:  default
Node:  worker-1/172.18.0.3
Start Time:  (time)
Labels:  app=web
                  pod-template-hash=cc544bdcc
                  topology.kubernetes.io/zone=rack-1
Annotations:  <none>
Status:  Running
IP:  (pod address)
IPs:
  IP:  (pod address)
Controlled By:  ReplicaSet/web-cc544bdcc
Containers:
  nginx:
    Container ID:  containerd://(id)
    Image:  nginx:1.27
    Image ID:  docker.io/library/nginx@sha256:(digest)
    Port:  80/TCP
    Host Port:  0/TCP
    State:  Running
      Started:  (time)
    Ready:  True
    Restart Count:  0
    Environment:  <none>
    Mounts:
      /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-(random) (ro)
Conditions:
  Type  Status
  PodReadyToStartContainers  True
  Initialized  True
  Ready  True
  ContainersReady  True
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
  Normal  Scheduled  (age)  default-scheduler  Successfully assigned default/web-cc544bdcc-(random) to worker-1
  Normal  Pulling  (age)  kubelet  spec.containers{nginx}: Pulling image "nginx:1.27"
  Normal  Pulled  (age)  kubelet  spec.containers{nginx}: Successfully pulled image "nginx:1.27" in (span) ((span) including waiting). Image size: 72000000 bytes.
  Normal  Created  (age)  kubelet  spec.containers{nginx}: Container created
  Normal  Started  (age)  kubelet  spec.containers{nginx}: Container started
$ kubectl describe service web
Name:  web
Namespace:  default
Labels:  app=web
Annotations:  <none>
Selector:  app=web
Type:  ClusterIP
IP Family Policy:  SingleStack
IP Families:  IPv4
IP:  (service address)
IPs:  (service address)
Port:  <unset>  80/TCP
TargetPort:  80/TCP
Endpoints:  (pod address):80
Session Affinity:  None
Internal Traffic Policy:  Cluster
Events:  <none>
$ kubectl describe node control-plane
Name:  control-plane
Roles:  control-plane
Labels:  beta.kubernetes.io/arch=amd64
                    beta.kubernetes.io/os=linux
                    kubernetes.io/arch=amd64
                    kubernetes.io/hostname=control-plane
                    kubernetes.io/os=linux
                    node-role.kubernetes.io/control-plane=
                    topology.kubernetes.io/zone=rack-1
Annotations:  volumes.kubernetes.io/controller-managed-attach-detach: true
CreationTimestamp:  (time)
Taints:  node-role.kubernetes.io/control-plane:NoSchedule
Unschedulable:  false
Lease:
  HolderIdentity:  control-plane
  AcquireTime:  <unset>
  RenewTime:  (time)
Conditions:
  Type  Status  LastHeartbeatTime  LastTransitionTime  Reason  Message
  ----  ------  -----------------  ------------------  ------  -------
  MemoryPressure  False  (time)  (time)  KubeletHasSufficientMemory  kubelet has sufficient memory available
  DiskPressure  False  (time)  (time)  KubeletHasNoDiskPressure  kubelet has no disk pressure
  PIDPressure  False  (time)  (time)  KubeletHasSufficientPID  kubelet has sufficient PID available
  Ready  True  (time)  (time)  KubeletReady  kubelet is posting ready status
Addresses:
  InternalIP:  172.18.0.2
  Hostname:  control-plane
Capacity:
  cpu:  4
  ephemeral-storage:  100Gi
  hugepages-1Gi:  0
  hugepages-2Mi:  0
  memory:  8Gi
  pods:  110
Allocatable:
  cpu:  4
  ephemeral-storage:  96636764160
  hugepages-1Gi:  0
  hugepages-2Mi:  0
  memory:  8092Mi
  pods:  110
System Info:
  Machine ID:  636f6e74726f6c2d706c616e65000000
  System UUID:  (uid)
  Boot ID:  (uid)
  Kernel Version:  6.12.48-kubarium
  OS Image:  Kubarium Linux
  Operating System:  linux
  Architecture:  amd64
  Container Runtime Version:  containerd://v2.2.0
  Kubelet Version:  v1.36.2
PodCIDR:  10.244.0.0/24
PodCIDRs:  10.244.0.0/24
Non-terminated Pods:  (5 in total)
  Namespace  Name  CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
  ---------  ----  ------------  ----------  ---------------  -------------  ---
  kube-system  etcd-control-plane  100m (2%)  0 (0%)  100Mi (1%)  0 (0%)  (age)
  kube-system  kube-apiserver-control-plane  250m (6%)  0 (0%)  0 (0%)  0 (0%)  (age)
  kube-system  kube-controller-manager-control-plane  200m (5%)  0 (0%)  0 (0%)  0 (0%)  (age)
  kube-system  kube-proxy-control-plane  0 (0%)  0 (0%)  0 (0%)  0 (0%)  (age)
  kube-system  kube-scheduler-control-plane  100m (2%)  0 (0%)  0 (0%)  0 (0%)  (age)
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
  Resource  Requests  Limits
  --------  --------  ------
  cpu  650m (16%)  0 (0%)
  memory  100Mi (1%)  0 (0%)
  ephemeral-storage  0 (0%)  0 (0%)
  hugepages-1Gi  0 (0%)  0 (0%)
  hugepages-2Mi  0 (0%)  0 (0%)
Events:
  Type  Reason  Age  From  Message
  ----  ------  ----  ----  -------
  Normal  Starting  (age)  kubelet  Starting kubelet.
  Normal  NodeHasSufficientMemory  (age)  kubelet  Node control-plane status is now: NodeHasSufficientMemory
  Normal  NodeHasNoDiskPressure  (age)  kubelet  Node control-plane status is now: NodeHasNoDiskPressure
  Normal  NodeHasSufficientPID  (age)  kubelet  Node control-plane status is now: NodeHasSufficientPID
  Normal  NodeAllocatableEnforced  (age)  kubelet  Updated Node Allocatable limit across pods
  Normal  NodeReady  (age)  kubelet  Node control-plane status is now: NodeReady
  Normal  RegisteredNode  (age)  node-controller  Node control-plane event: Registered Node control-plane in Controller
$ kubectl describe configmap kube-root-ca.crt
Name:  kube-root-ca.crt
Namespace:  default
Labels:  <none>
Annotations:  kubernetes.io/description:
                Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubern...

Data
====
ca.crt:
----
-----BEGIN CERTIFICATE-----
VGhpcyBjZXJ0aWZpY2F0ZSBzdGFuZHMgZm9yIHRoZSBhdXRob3JpdHkgb2YgYW4g
ZW11bGF0ZWQgY2x1c3Rlci4gSW5zaWRlIGl0IG5vdGhpbmcgaXMgZW5jcnlwdGVk
LCBzbyBub3RoaW5nIGlzIHZlcmlmaWVkIHdpdGggaXQu
-----END CERTIFICATE-----



BinaryData
====

Events:  <none>
$ kubectl describe pod nobody
! Error from server (NotFound): pods "nobody" not found
(exit 1)
