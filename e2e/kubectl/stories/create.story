# kubectl create, run and expose
$ kubectl create -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: solo, labels: {app: solo}}
spec:
  containers: [{name: nginx, image: "nginx:1.27", ports: [{containerPort: 80}]}]
EOF
pod/solo created
$ kubectl create -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: solo}
spec:
  containers: [{name: nginx, image: "nginx:1.27"}]
EOF
! Error from server (AlreadyExists): error when creating "STDIN": pods "solo" already exists
(exit 1)
$ kubectl create -f - <<EOF
apiVersion: v1
kind: ConfigMap
metadata: {generateName: note-, labels: {made: often}}
EOF
configmap/note-(random) created
$ kubectl create namespace shop
namespace/shop created
$ ctl advance --seconds 1
$ kubectl create configmap settings --from-literal=colour=red -n shop
configmap/settings created
$ kubectl create secret generic key --from-literal=word=secret -n shop
secret/key created
$ kubectl create serviceaccount robot -n shop
serviceaccount/robot created
$ kubectl create deployment web --image=nginx:1.27 --replicas=2 --port=80 -n shop
deployment.apps/web created
$ kubectl create service nodeport door --tcp=80:80 -n shop
service/door created
$ kubectl create priorityclass high --value=1000 --description=first
priorityclass.scheduling.k8s.io/high created
$ kubectl create deployment web --image=nginx:1.27 -n nowhere
! error: failed to create deployment: namespaces "nowhere" not found
(exit 1)
$ kubectl run probe --image=busybox:1.36 --labels=app=probe --env=COLOUR=red --restart=Never -n shop -- sh -c 'echo $COLOUR; sleep 3600'
pod/probe created
$ kubectl run probe --image=busybox:1.36 -n shop
! Error from server (AlreadyExists): pods "probe" already exists
(exit 1)
$ ctl advance --seconds 20
$ kubectl get pods -n shop --show-labels
NAME  READY  STATUS  RESTARTS  AGE  LABELS
probe  1/1  Running  0  (age)  app=probe,topology.kubernetes.io/zone=rack-1
web-cc544bdcc-(random)  1/1  Running  0  (age)  app=web,pod-template-hash=cc544bdcc,topology.kubernetes.io/zone=rack-1
web-cc544bdcc-(random)  1/1  Running  0  (age)  app=web,pod-template-hash=cc544bdcc,topology.kubernetes.io/zone=rack-1
$ kubectl logs probe -n shop
red
$ kubectl expose deployment web --port=8080 --target-port=80 -n shop
service/web exposed
$ kubectl expose pod solo --name=solo-door --type=NodePort --port=80
service/solo-door exposed
$ kubectl expose deployment web --port=8080 -n shop
! Error from server (AlreadyExists): services "web" already exists
(exit 1)
$ ctl advance --seconds 3
$ kubectl get services,endpointslices -n shop
NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
service/door  NodePort  (service address)  <none>  80:(node port)/TCP  (age)
service/web  ClusterIP  (service address)  <none>  8080/TCP  (age)

NAME  ADDRESSTYPE  PORTS  ENDPOINTS  AGE
endpointslice.discovery.k8s.io/door-(random)  IPv4  <unset>  <unset>  (age)
endpointslice.discovery.k8s.io/web-(random)  IPv4  80  (pod address),(pod address)  (age)
$ kubectl get service solo-door
NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE
solo-door  NodePort  (service address)  <none>  80:(node port)/TCP  (age)
$ kubectl create token robot -n shop --duration=5s
! error: failed to create token: TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes
(exit 1)
