# kubectl version, cluster-info, api-resources, api-versions, explain
$ kubectl version
Client Version: v1.36.3
Kustomize Version: v5.8.1
Server Version: v1.36.2
$ kubectl cluster-info
Kubernetes control plane is running at (server)
CoreDNS is running at (server)/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy

To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.
$ kubectl api-resources
NAME  SHORTNAMES  APIVERSION  NAMESPACED  KIND
bindings  v1  true  Binding
configmaps  cm  v1  true  ConfigMap
endpoints  ep  v1  true  Endpoints
events  ev  v1  true  Event
namespaces  ns  v1  false  Namespace
nodes  no  v1  false  Node
pods  po  v1  true  Pod
podtemplates  v1  true  PodTemplate
replicationcontrollers  rc  v1  true  ReplicationController
secrets  v1  true  Secret
serviceaccounts  sa  v1  true  ServiceAccount
services  svc  v1  true  Service
deployments  deploy  apps/v1  true  Deployment
replicasets  rs  apps/v1  true  ReplicaSet
selfsubjectreviews  authentication.k8s.io/v1  false  SelfSubjectReview
tokenreviews  authentication.k8s.io/v1  false  TokenReview
localsubjectaccessreviews  authorization.k8s.io/v1  true  LocalSubjectAccessReview
selfsubjectaccessreviews  authorization.k8s.io/v1  false  SelfSubjectAccessReview
subjectaccessreviews  authorization.k8s.io/v1  false  SubjectAccessReview
leases  coordination.k8s.io/v1  true  Lease
endpointslices  discovery.k8s.io/v1  true  EndpointSlice
events  ev  events.k8s.io/v1  true  Event
priorityclasses  pc  scheduling.k8s.io/v1  false  PriorityClass
$ kubectl api-resources --namespaced=false --verbs=list -o name
namespaces
nodes
priorityclasses.scheduling.k8s.io
$ kubectl api-versions
apps/v1
authentication.k8s.io/v1
authorization.k8s.io/v1
coordination.k8s.io/v1
discovery.k8s.io/v1
events.k8s.io/v1
scheduling.k8s.io/v1
v1
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
