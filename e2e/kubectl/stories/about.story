# kubectl version, cluster-info, api-resources, explain
$ kubectl version
Client Version: v1.36.3
Kustomize Version: v5.8.1
Server Version: v1.36.2
$ kubectl cluster-info
Kubernetes control plane is running at (server)
CoreDNS is running at (server)/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy

To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.
$ kubectl api-resources --api-group=scheduling.k8s.io -o wide
NAME  SHORTNAMES  APIVERSION  NAMESPACED  KIND  VERBS  CATEGORIES
priorityclasses  pc  scheduling.k8s.io/v1  false  PriorityClass  create,delete,deletecollection,get,list,patch,update,watch
$ kubectl api-resources --api-group=coordination.k8s.io --verbs=list,watch -o name
leases.coordination.k8s.io
$ kubectl get --raw /api
{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[{"clientCIDR":"0.0.0.0/0","serverAddress":"172.18.0.2:6443"}]}
$ kubectl explain pod.spec.restartPolicy
KIND:  Pod
VERSION:  v1

FIELD: restartPolicy <string>
ENUM:
    Always
    Never
    OnFailure

DESCRIPTION:
    <empty>

$ kubectl explain deployment.spec.strategy --recursive
GROUP:  apps
KIND:  Deployment
VERSION:  v1

FIELD: strategy <DeploymentStrategy>


DESCRIPTION:
    <empty>
FIELDS:
  rollingUpdate	<RollingUpdateDeployment>
    maxSurge	<IntOrString>
    maxUnavailable	<IntOrString>
  type	<string>
  enum: Recreate, RollingUpdate

$ kubectl explain pod.spec.nothing
KIND:  Pod
VERSION:  v1

! error: field "nothing" does not exist
(exit 1)
