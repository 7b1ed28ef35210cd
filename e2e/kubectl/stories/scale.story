# kubectl scale
$ kubectl create deployment web --image=nginx:1.27 --replicas=1
deployment.apps/web created
$ ctl advance --seconds 10
$ kubectl scale deployment web --replicas=4
deployment.apps/web scaled
$ ctl advance --seconds 10
$ kubectl get deployment web
NAME  READY  UP-TO-DATE  AVAILABLE  AGE
web  4/4  4  4  (age)
$ kubectl scale deployment web --replicas=2 --current-replicas=3
! error: Expected replicas to be 3, was 4
(exit 1)
$ kubectl scale deployment/web --replicas=0
deployment.apps/web scaled
$ ctl advance --seconds 10
$ kubectl get deployments,pods
NAME  READY  UP-TO-DATE  AVAILABLE  AGE
deployment.apps/web  0/0  0  0  (age)
$ kubectl scale deployment nothing --replicas=1
! Error from server (NotFound): deployments.apps "nothing" not found
(exit 1)
$ kubectl scale configmap kube-root-ca.crt --replicas=1
! Error from server (NotFound): the server could not find the requested resource
(exit 1)
$ kubectl get deployment web --subresource=scale
NAME  DESIRED  AVAILABLE  AGE
web  0  0  (age)
