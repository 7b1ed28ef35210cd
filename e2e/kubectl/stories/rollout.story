# kubectl rollout and set image
$ kubectl create deployment web --image=nginx:1.27 --replicas=3
deployment.apps/web created
$ ctl advance --seconds 20
$ kubectl rollout status deployment web
deployment "web" successfully rolled out
$ kubectl set image deployment/web nginx=nginx:1.28
deployment.apps/web image updated
$ kubectl annotate deployment web kubernetes.io/change-cause=newer
deployment.apps/web annotated
$ kubectl rollout status deployment web --watch=false
Waiting for deployment spec update to be observed...
$ ctl advance --seconds 30
$ kubectl rollout status deployment web
deployment "web" successfully rolled out
$ kubectl get replicasets -o wide
NAME  DESIRED  CURRENT  READY  AGE  CONTAINERS  IMAGES  SELECTOR
web-697578869  3  3  3  (age)  nginx  nginx:1.28  app=web,pod-template-hash=697578869
web-7d876db474  0  0  0  (age)  nginx  nginx:1.27  app=web,pod-template-hash=7d876db474
$ kubectl rollout history deployment web
deployment.apps/web
REVISION  CHANGE-CAUSE
1  <none>
2  newer

$ kubectl rollout history deployment web --revision=2
deployment.apps/web with revision #2
Pod Template:
  Labels:	app=web
	pod-template-hash=697578869
  Annotations:	kubernetes.io/change-cause: newer
  Containers:
   nginx:
    Image:	nginx:1.28
    Port:	<none>
    Host Port:	<none>
    Environment:	<none>
    Mounts:	<none>
  Volumes:	<none>
  Node-Selectors:	<none>
  Tolerations:	<none>

$ kubectl rollout undo deployment web
deployment.apps/web rolled back
$ ctl advance --seconds 30
$ kubectl rollout history deployment web
deployment.apps/web
REVISION  CHANGE-CAUSE
2  newer
3  <none>

$ kubectl get deployment web -o jsonpath={.spec.template.spec.containers[0].image}
nginx:1.27
$ kubectl rollout pause deployment web
deployment.apps/web paused
$ kubectl set image deployment/web *=nginx:1.29
deployment.apps/web image updated
$ ctl advance --seconds 10
$ kubectl rollout status deployment web --watch=false
Waiting for deployment "web" rollout to finish: 0 out of 3 new replicas have been updated...
$ kubectl rollout undo deployment web
! error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again
(exit 1)
$ kubectl rollout resume deployment web
deployment.apps/web resumed
$ ctl advance --seconds 30
$ kubectl rollout status deployment web
deployment "web" successfully rolled out
# A tag that does not exist: the rollout stands still, and the old pods serve on.
$ kubectl set image deployment/web nginx=nginx:does-not-exist
deployment.apps/web image updated
$ ctl advance --seconds 40
$ kubectl get pods -l app=web
NAME  READY  STATUS  RESTARTS  AGE
web-775f564bff-(random)  0/1  ImagePullBackOff  0  (age)
web-795767664d-(random)  1/1  Running  0  (age)
web-795767664d-(random)  1/1  Running  0  (age)
web-795767664d-(random)  1/1  Running  0  (age)
$ kubectl rollout status deployment web --watch=false
Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...
$ ctl advance --seconds 600
$ kubectl rollout status deployment web
! error: deployment "web" exceeded its progress deadline
(exit 1)
$ kubectl rollout undo deployment web
deployment.apps/web rolled back
$ ctl advance --seconds 30
$ kubectl rollout status deployment web
deployment "web" successfully rolled out
$ kubectl set image deployment/web ghost=nginx:1.28
! error: unable to find container named "ghost"
(exit 1)
$ kubectl rollout restart deployment web
deployment.apps/web restarted
$ ctl advance --seconds 30
$ kubectl rollout status deployment web
deployment "web" successfully rolled out
$ kubectl rollout history deployment web
deployment.apps/web
REVISION  CHANGE-CAUSE
2  newer
3  <none>
5  <none>
6  <none>
7  <none>

