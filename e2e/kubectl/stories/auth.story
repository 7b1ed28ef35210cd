# kubectl auth, and who may do what
$ kubectl auth whoami
ATTRIBUTE  VALUE
Username  kubernetes-admin
Groups  [system:masters system:authenticated]
$ kubectl auth can-i delete nodes
yes
! Warning: resource 'nodes' is not namespace scoped
! 
$ kubectl auth can-i list pods --as jane
no
(exit 1)
$ kubectl get pods --as jane
! Error from server (Forbidden): pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"
(exit 1)
$ kubectl create role reader --verb=get,list,watch --resource=pods,services
role.rbac.authorization.k8s.io/reader created
$ kubectl create rolebinding jane-reads --role=reader --user=jane
rolebinding.rbac.authorization.k8s.io/jane-reads created
$ kubectl auth can-i list pods --as jane
yes
$ kubectl auth can-i delete pods --as jane
no
(exit 1)
$ kubectl auth can-i list pods --as jane -n kube-system
no
(exit 1)
$ kubectl get pods --as jane
! No resources found in default namespace.
$ kubectl delete pods --all --as jane
No resources found
$ kubectl get rolebindings -o wide
NAME  ROLE  AGE  USERS  GROUPS  SERVICEACCOUNTS
jane-reads  Role/reader  (age)  jane
$ kubectl describe role reader
Name:  reader
Labels:  <none>
Annotations:  <none>
PolicyRule:
  Resources  Non-Resource URLs  Resource Names  Verbs
  ---------  -----------------  --------------  -----
  pods  []  []  [get list watch]
  services  []  []  [get list watch]
$ kubectl create clusterrole node-reader --verb=get,list --resource=nodes
clusterrole.rbac.authorization.k8s.io/node-reader created
$ kubectl create clusterrolebinding nodes --clusterrole=node-reader --group=developers
clusterrolebinding.rbac.authorization.k8s.io/nodes created
$ kubectl auth can-i list nodes --as jane --as-group developers
yes
! Warning: resource 'nodes' is not namespace scoped
! 
$ kubectl get node worker-1 -o name --as jane --as-group developers
node/worker-1
$ kubectl create serviceaccount robot
serviceaccount/robot created
$ kubectl create rolebinding robot-views --clusterrole=view --serviceaccount=default:robot
rolebinding.rbac.authorization.k8s.io/robot-views created
$ kubectl auth can-i list configmaps --as system:serviceaccount:default:robot
yes
$ kubectl auth can-i list secrets --as system:serviceaccount:default:robot
no
(exit 1)
$ kubectl create role maker --verb=create,list --resource=roles
role.rbac.authorization.k8s.io/maker created
$ kubectl create rolebinding jane-makes --role=maker --user=jane
rolebinding.rbac.authorization.k8s.io/jane-makes created
$ kubectl create role more --verb=delete --resource=pods --as jane
! Error from server (Forbidden): roles.rbac.authorization.k8s.io "more" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:
! {APIGroups:[""], Resources:["pods"], Verbs:["delete"]}
(exit 1)
$ kubectl delete rolebinding jane-reads
rolebinding.rbac.authorization.k8s.io "jane-reads" deleted from default namespace
$ kubectl auth can-i list pods --as jane
no
(exit 1)
$ kubectl get clusterrole view -o jsonpath={.aggregationRule}
{"clusterRoleSelectors":[{"matchLabels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"}}]}
