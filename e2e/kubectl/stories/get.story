# kubectl get: tables, forms of output, selectors
$ kubectl get nodes
NAME  STATUS  ROLES  AGE  VERSION
control-plane  Ready  control-plane  (age)  v1.36.2
worker-1  Ready  <none>  (age)  v1.36.2
worker-2  Ready  <none>  (age)  v1.36.2
worker-3  Ready  <none>  (age)  v1.36.2
$ kubectl get nodes -o wide
NAME  STATUS  ROLES  AGE  VERSION  INTERNAL-IP  EXTERNAL-IP  OS-IMAGE  KERNEL-VERSION  CONTAINER-RUNTIME
control-plane  Ready  control-plane  (age)  v1.36.2  172.18.0.2  <none>  Kubarium Linux  6.12.48-kubarium (amd64)  containerd://v2.2.0
worker-1  Ready  <none>  (age)  v1.36.2  172.18.0.3  <none>  Kubarium Linux  6.12.48-kubarium (amd64)  containerd://v2.2.0
worker-2  Ready  <none>  (age)  v1.36.2  172.18.0.4  <none>  Kubarium Linux  6.12.48-kubarium (amd64)  containerd://v2.2.0
worker-3  Ready  <none>  (age)  v1.36.2  172.18.0.5  <none>  Kubarium Linux  6.12.48-kubarium (amd64)  containerd://v2.2.0
# One machine to choose, so that the scheduler's choice is no matter of chance.
$ kubectl cordon worker-2 worker-3
node/worker-2 cordoned
node/worker-3 cordoned
$ kubectl create deployment web --image=nginx:1.27 --replicas=2
deployment.apps/web created
$ kubectl get deployments,replicasets,pods
NAME  READY  UP-TO-DATE  AVAILABLE  AGE
deployment.apps/web  0/2  0  0  (age)
$ ctl advance --seconds 20
$ kubectl get all
NAME  READY  STATUS  RESTARTS  AGE
pod/web-7d876db474-(random)  1/1  Running  0  (age)
pod/web-7d876db474-(random)  1/1  Running  0  (age)

NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
service/kubernetes  ClusterIP  10.96.0.1  <none>  443/TCP  (age)

NAME  READY  UP-TO-DATE  AVAILABLE  AGE
deployment.apps/web  2/2  2  2  (age)

NAME  DESIRED  CURRENT  READY  AGE
replicaset.apps/web-7d876db474  2  2  2  (age)
$ kubectl get deployment web -o wide
NAME  READY  UP-TO-DATE  AVAILABLE  AGE  CONTAINERS  IMAGES  SELECTOR
web  2/2  2  2  (age)  nginx  nginx:1.27  app=web
$ kubectl get pods -o wide -l app=web --sort-by=.spec.nodeName
NAME  READY  STATUS  RESTARTS  AGE  IP  NODE  NOMINATED NODE  READINESS GATES
web-7d876db474-(random)  1/1  Running  0  (age)  (pod address)  worker-1  <none>  <none>
web-7d876db474-(random)  1/1  Running  0  (age)  (pod address)  worker-1  <none>  <none>
$ kubectl get pods -o name
pod/web-7d876db474-(random)
pod/web-7d876db474-(random)
$ kubectl get pods -L app --no-headers
web-7d876db474-(random)  1/1  Running  0  (age)  web
web-7d876db474-(random)  1/1  Running  0  (age)  web
$ kubectl get deployment web -o jsonpath={.status.readyReplicas}/{.spec.replicas}
2/2
$ kubectl get deployment web -o custom-columns=NAME:.metadata.name,IMAGE:.spec.template.spec.containers[0].image,STRATEGY:.spec.strategy.type
NAME  IMAGE  STRATEGY
web  nginx:1.27  RollingUpdate
$ kubectl get deployment web -o yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    deployment.kubernetes.io/revision: "1"
  creationTimestamp: "(time)"
  generation: 1
  labels:
    app: web
  name: web
  namespace: default
  resourceVersion: "(version)"
  uid: (uid)
spec:
  progressDeadlineSeconds: 600
  replicas: 2
  revisionHistoryLimit: 10
  selector:
    matchLabels:
      app: web
  strategy:
    rollingUpdate:
      maxSurge: 25%
      maxUnavailable: 25%
    type: RollingUpdate
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: nginx:1.27
        imagePullPolicy: IfNotPresent
        name: nginx
        resources: {}
        terminationMessagePath: /dev/termination-log
        terminationMessagePolicy: File
      dnsPolicy: ClusterFirst
      restartPolicy: Always
      schedulerName: default-scheduler
      securityContext: {}
      terminationGracePeriodSeconds: 30
status:
  availableReplicas: 2
  conditions:
  - lastTransitionTime: "(time)"
    lastUpdateTime: "(time)"
    message: Deployment has minimum availability.
    reason: MinimumReplicasAvailable
    status: "True"
    type: Available
  - lastTransitionTime: "(time)"
    lastUpdateTime: "(time)"
    message: ReplicaSet "web-7d876db474" has successfully progressed.
    reason: NewReplicaSetAvailable
    status: "True"
    type: Progressing
  observedGeneration: 1
  readyReplicas: 2
  replicas: 2
  terminatingReplicas: 0
  updatedReplicas: 2
$ kubectl get service kubernetes -o json
{
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {
        "creationTimestamp": "(time)",
        "labels": {
            "component": "apiserver",
            "provider": "kubernetes"
        },
        "name": "kubernetes",
        "namespace": "default",
        "resourceVersion": "(version)",
        "uid": "(uid)"
    },
    "spec": {
        "clusterIP": "10.96.0.1",
        "clusterIPs": [
            "10.96.0.1"
        ],
        "internalTrafficPolicy": "Cluster",
        "ipFamilies": [
            "IPv4"
        ],
        "ipFamilyPolicy": "SingleStack",
        "ports": [
            {
                "name": "https",
                "port": 443,
                "protocol": "TCP",
                "targetPort": 6443
            }
        ],
        "sessionAffinity": "None",
        "type": "ClusterIP"
    },
    "status": {
        "loadBalancer": {}
    }
}
$ kubectl get pods --field-selector status.phase=Running,spec.nodeName=worker-1 -o name
pod/web-7d876db474-(random)
pod/web-7d876db474-(random)
$ kubectl get pods --field-selector status.phase!=Running
! No resources found in default namespace.
$ kubectl get pods -A -l 'component in (etcd,kube-scheduler)'
NAMESPACE  NAME  READY  STATUS  RESTARTS  AGE
kube-system  etcd-control-plane  1/1  Running  0  (age)
kube-system  kube-scheduler-control-plane  1/1  Running  0  (age)
$ kubectl get pods -A --field-selector metadata.name=etcd-control-plane --show-labels
NAMESPACE  NAME  READY  STATUS  RESTARTS  AGE  LABELS
kube-system  etcd-control-plane  1/1  Running  0  (age)  component=etcd,tier=control-plane
$ kubectl get namespaces,leases -A
NAME  STATUS  AGE
namespace/default  Active  (age)
namespace/kube-node-lease  Active  (age)
namespace/kube-public  Active  (age)
namespace/kube-system  Active  (age)

NAMESPACE  NAME  HOLDER  AGE
kube-node-lease  lease.coordination.k8s.io/control-plane  control-plane  (age)
kube-node-lease  lease.coordination.k8s.io/worker-1  worker-1  (age)
kube-node-lease  lease.coordination.k8s.io/worker-2  worker-2  (age)
kube-node-lease  lease.coordination.k8s.io/worker-3  worker-3  (age)
$ kubectl get endpoints,endpointslices -n kube-system
NAME  ENDPOINTS  AGE
endpoints/kube-dns  (pod address):53,(pod address):53,(pod address):53 + 1 more...  (age)

NAME  ADDRESSTYPE  PORTS  ENDPOINTS  AGE
endpointslice.discovery.k8s.io/kube-dns-(random)  IPv4  53,53  (pod address),(pod address)  (age)
! Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice
$ kubectl get events --field-selector involvedObject.kind=Deployment
LAST SEEN  TYPE  REASON  OBJECT  MESSAGE
(age)  Normal  ScalingReplicaSet  deployment/web  Scaled up replica set web-7d876db474 from 0 to 2
$ kubectl get priorityclasses
NAME  VALUE  GLOBAL-DEFAULT  AGE  PREEMPTIONPOLICY
system-cluster-critical  2000000000  false  (age)  PreemptLowerPriority
system-node-critical  2000001000  false  (age)  PreemptLowerPriority
$ kubectl get --raw /readyz
ok
