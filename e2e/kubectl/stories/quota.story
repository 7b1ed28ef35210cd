# kubectl create quota; limit ranges; pods that must be safe
$ kubectl create namespace shop
namespace/shop created
$ kubectl create quota small --hard=pods=2,requests.cpu=1,services=1 -n shop
resourcequota/small created
$ ctl advance --seconds 1
$ kubectl get quota -n shop
NAME  REQUEST  LIMIT  AGE
small  pods: 0/2, requests.cpu: 0/1, services: 0/1  (age)
$ kubectl run bare --image=nginx -n shop
! Error from server (Forbidden): pods "bare" is forbidden: failed quota: small: must specify requests.cpu for: bare
(exit 1)
$ kubectl apply -n shop -f - <<EOF
apiVersion: v1
kind: LimitRange
metadata:
  name: usual
spec:
  limits:
    - type: Container
      defaultRequest:
        cpu: 100m
      max:
        cpu: "1"
EOF
limitrange/usual created
$ kubectl run bare --image=nginx -n shop
pod/bare created
$ kubectl get pod bare -n shop -o jsonpath={.spec.containers[0].resources}{"\n"}{.metadata.annotations}
{"limits":{"cpu":"1"},"requests":{"cpu":"100m"}}
{"kubernetes.io/limit-ranger":"LimitRanger plugin set: cpu request for container bare; cpu limit for container bare"}
$ kubectl describe quota small -n shop
Name:  small
Namespace:  shop
Resource  Used  Hard
--------  ----  ----
pods  1  2
requests.cpu  100m  1
services  0  1
$ kubectl describe limitrange usual -n shop
Name:  usual
Namespace:  shop
Type  Resource  Min  Max  Default Request  Default Limit  Max Limit/Request Ratio
----  --------  ---  ---  ---------------  -------------  -----------------------
Container  cpu  -  1  100m  1  -
$ kubectl create deployment web --image=nginx --replicas=3 -n shop
deployment.apps/web created
$ ctl advance --seconds 5
$ kubectl get deployment,quota -n shop
NAME  READY  UP-TO-DATE  AVAILABLE  AGE
deployment.apps/web  1/3  1  1  (age)

NAME  REQUEST  LIMIT  AGE
resourcequota/small  pods: 2/2, requests.cpu: 200m/1, services: 0/1  (age)
$ kubectl delete pod bare -n shop --now --wait=false
pod "bare" deleted from shop namespace
$ ctl advance --seconds 10
$ kubectl create service clusterip one --tcp=80 -n shop
service/one created
$ kubectl create service clusterip two --tcp=80 -n shop
! error: failed to create ClusterIP service: services "two" is forbidden: exceeded quota: small, requested: services=1, used: services=1, limited: services=1
(exit 1)
$ kubectl label namespace shop pod-security.kubernetes.io/enforce=baseline
namespace/shop labeled
$ kubectl label namespace shop pod-security.kubernetes.io/enforce=strict --overwrite
! The Namespace "shop" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted
(exit 1)
$ kubectl run root --image=nginx -n shop --privileged
! Error from server (Forbidden): pods "root" is forbidden: violates PodSecurity "baseline:latest": privileged (container "root" must not set securityContext.privileged=true)
(exit 1)
