# Jobs and CronJobs
$ kubectl create job hello --image=busybox:1.36 -- echo hello
job.batch/hello created
$ ctl advance --seconds 20
$ kubectl get jobs
NAME  STATUS  COMPLETIONS  DURATION  AGE
hello  Complete  1/1  (age)  (age)
$ kubectl logs job/hello
hello
$ kubectl create job broken --image=busybox:1.36 -- false
job.batch/broken created
$ ctl advance --seconds 15
$ kubectl get job broken
NAME  STATUS  COMPLETIONS  DURATION  AGE
broken  Running  0/1  (age)  (age)
$ kubectl create cronjob tick --image=busybox:1.36 --schedule='*/1 * * * *' -- date
cronjob.batch/tick created
$ ctl advance --seconds 130
$ kubectl get cronjob tick
NAME  SCHEDULE  TIMEZONE  SUSPEND  ACTIVE  LAST SCHEDULE  AGE
tick  */1 * * * *  <none>  False  0  (age)  (age)
$ kubectl create job now --from=cronjob/tick
job.batch/now created
$ ctl advance --seconds 20
$ kubectl get job now
NAME  STATUS  COMPLETIONS  DURATION  AGE
now  Complete  1/1  (age)  (age)
$ kubectl create cronjob wrong --image=busybox:1.36 --schedule='every day' -- date
! error: failed to create cronjob: CronJob.batch "wrong" is invalid: spec.schedule: Invalid value: "every day": expected exactly 5 fields, found 2: [every day]
(exit 1)
$ kubectl delete cronjob tick
cronjob.batch "tick" deleted from default namespace
$ ctl advance --seconds 5
$ kubectl get cronjobs
! No resources found in default namespace.
