// A small web service that greets and says its version and its host name.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { textResponse } from '../../network/payload.ts';

export const image: ImageBehaviour = {
  name: 'hello-app',
  explain:
    'A web service on port 8080 (or PORT) that answers "Hello, world!", its version (the tag) and its host name: good for watching a release go out.',
  fidelity: 'as upstream',
  repositories: ['*/hello-app', '*/kubernetes-bootcamp', '*/hello-go-gke'],
  sizeBytes: () => 5_000_000,
  entrypoint: ['./hello-app'],
  command: [],
  ports: [8080],
  userland: 'none',
  mainPrograms: ['hello-app'],
  usage: { idleCpuMillicores: 1, memoryBytes: 5_000_000, cpuMicrosecondsPerRequest: 150 },
  start(container, { env }) {
    const { image, pod } = container;
    const isJson = image.path.endsWith('hello-go-gke');
    const port = Number(env.PORT ?? (isJson ? 80 : 8080));
    const version = /^\d+\.\d+$/.test(image.tag) ? `${image.tag}.0` : image.tag;
    container.network.listenHttp(port, (request) => {
      container.log(`Serving request: ${request.path}`, 'stderr');
      return isJson
        ? textResponse(200, '{"message":"Hello"}', 'application/json')
        : textResponse(200, `Hello, world!\nVersion: ${version}\nHostname: ${pod.hostname}\n`);
    });
    container.log(`Server listening on port ${port}`, 'stderr');
    return undefined;
  },
};
