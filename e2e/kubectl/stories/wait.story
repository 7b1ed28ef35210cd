# kubectl wait, for what is there already (for what is to come: waiting.test.ts)
$ kubectl create deployment web --image=nginx:1.27
deployment.apps/web created
$ kubectl wait --for=condition=Available deployment/web --timeout=0s
! error: condition not met for deployments/web
(exit 1)
$ ctl advance --seconds 10
$ kubectl wait --for=condition=Available deployment/web
deployment.apps/web condition met
$ kubectl wait --for=condition=Ready pod -l app=web
pod/web-7d876db474-(random) condition met
$ kubectl wait --for=jsonpath={.status.readyReplicas}=1 deployment/web
deployment.apps/web condition met
$ kubectl wait --for=delete pod/nobody
$ kubectl wait --for=condition=Ready node --all
node/control-plane condition met
node/worker-1 condition met
node/worker-2 condition met
node/worker-3 condition met
$ kubectl wait --for=condition=Ready pod/nobody
! Error from server (NotFound): pods "nobody" not found
(exit 1)
