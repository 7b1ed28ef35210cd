// Image references as Docker and containerd read them.
import { expect, test } from 'vitest';
import { parseReference } from './reference.ts';

test.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['redis:alpine', 'docker.io/library/redis:alpine'],
  ['dockersamples/examplevotingapp_vote', 'docker.io/dockersamples/examplevotingapp_vote:latest'],
  ['gcr.io/google_samples/gb-redisslave:v1', 'gcr.io/google_samples/gb-redisslave:v1'],
  ['localhost:5000/app', 'localhost:5000/app:latest'],
  ['<your-private-image>', undefined],
  ['Nginx', undefined],
  ['nginx:', undefined],
])('%s means %s', (image, full) => {
  expect(parseReference(image)?.full).toBe(full);
});
