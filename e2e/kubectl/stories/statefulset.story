# StatefulSets: one pod after the other, each with its own volume
$ kubectl apply -f - <<EOF
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: "nginx:1.27", volumeMounts: [{name: data, mountPath: /data}]}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
EOF
statefulset.apps/db created
$ ctl advance --seconds 30
$ kubectl get statefulset db
NAME  READY  AGE
db  2/2  (age)
$ kubectl get pods -l app=db
NAME  READY  STATUS  RESTARTS  AGE
db-0  1/1  Running  0  (age)
db-1  1/1  Running  0  (age)
$ kubectl rollout history statefulset db
statefulset.apps/db
REVISION  CHANGE-CAUSE
1  <none>

$ kubectl set image statefulset db c=nginx:1.28
statefulset.apps/db image updated
$ ctl advance --seconds 60
$ kubectl rollout status statefulset db
partitioned roll out complete: 2 new pods have been updated...
$ kubectl rollout undo statefulset db
statefulset.apps/db rolled back
! Warning: resource statefulsets/db was previously managed with 'kubectl apply'. Rolling back will not update the kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.
$ ctl advance --seconds 60
$ kubectl get pods -l app=db -o 'custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image'
NAME  IMAGE
db-0  nginx:1.27
db-1  nginx:1.27
$ kubectl scale statefulset db --replicas=1
statefulset.apps/db scaled
$ ctl advance --seconds 40
$ kubectl get statefulset,persistentvolumeclaims
NAME  READY  AGE
statefulset.apps/db  1/1  (age)

NAME  STATUS  VOLUME  CAPACITY  ACCESS MODES  STORAGECLASS  VOLUMEATTRIBUTESCLASS  AGE
persistentvolumeclaim/data-db-0  Bound  pvc-(uid)  1Gi  RWO  standard  <unset>  (age)
persistentvolumeclaim/data-db-1  Bound  pvc-(uid)  1Gi  RWO  standard  <unset>  (age)
