// Sample apps that the empty bench offers: small manifests that show one thing each.
import type { Catalogue } from '@/contract/feed/feed.ts';

const web = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 4
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: nginx
          image: nginx:1.27
          ports: [{ containerPort: 80 }]
          readinessProbe:
            httpGet: { path: /, port: 80 }
            periodSeconds: 5
          resources:
            requests: { cpu: 100m, memory: 64Mi }
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: NodePort
  selector: { app: web }
  ports: [{ port: 80, targetPort: 80 }]
`;

const guestbook = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: redis
spec:
  selector:
    matchLabels: { app: redis }
  template:
    metadata:
      labels: { app: redis }
    spec:
      containers:
        - name: redis
          image: redis:7
          ports: [{ containerPort: 6379 }]
          resources:
            requests: { cpu: 100m, memory: 100Mi }
---
apiVersion: v1
kind: Service
metadata:
  name: redis
spec:
  selector: { app: redis }
  ports: [{ port: 6379 }]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: frontend
spec:
  replicas: 3
  selector:
    matchLabels: { app: frontend }
  template:
    metadata:
      labels: { app: frontend }
    spec:
      containers:
        - name: http
          image: hashicorp/http-echo:1.0
          args: ["-listen=:8080", "-text=hello"]
          ports: [{ containerPort: 8080 }]
          resources:
            requests: { cpu: 100m, memory: 32Mi }
---
apiVersion: v1
kind: Service
metadata:
  name: frontend
spec:
  type: NodePort
  selector: { app: frontend }
  ports: [{ port: 80, targetPort: 8080 }]
`;

const troubles = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: crasher
spec:
  replicas: 2
  selector:
    matchLabels: { app: crasher }
  template:
    metadata:
      labels: { app: crasher }
    spec:
      containers:
        - name: main
          image: busybox:1.36
          command: ["sh", "-c", "echo starting; sleep 4; echo giving up; exit 1"]
---
apiVersion: v1
kind: Pod
metadata:
  name: typo
spec:
  containers:
    - name: main
      image: nginx:does-not-exist
---
apiVersion: v1
kind: Pod
metadata:
  name: too-big
spec:
  containers:
    - name: main
      image: nginx:1.27
      resources:
        requests: { cpu: "64" }
`;

export const samples: Catalogue['samples'] = [
  { name: 'web', title: 'A web server, four times', explain: 'One Deployment and one Service: pull a machine out and watch its pods come back elsewhere.', manifest: web },
  { name: 'guestbook', title: 'A frontend and its store', explain: 'Two Deployments and two Services: send traffic at the frontend and follow a request.', manifest: guestbook },
  { name: 'troubles', title: 'Three ways to fail', explain: 'A program that crashes, an image that does not exist, a pod too big for any machine.', manifest: troubles },
];
