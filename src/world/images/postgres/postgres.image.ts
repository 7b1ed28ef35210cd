// PostgreSQL on port 5432, with its data on disk.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { isReady, psql, runPostgres } from '../../programs/postgres/postgres.ts';

export const image: ImageBehaviour = {
  name: 'postgres',
  explain:
    'A database on port 5432. It sets itself up once in /var/lib/postgresql/data, needs POSTGRES_PASSWORD for that, and knows the plain statements of SQL.',
  fidelity: 'simplified',
  repositories: ['docker.io/library/postgres', '*/postgres'],
  sizeBytes: (tag) => (tag.includes('alpine') ? 105_000_000 : 155_000_000),
  entrypoint: [],
  command: ['postgres'],
  commandLine: (args) => (args[0]?.startsWith('-') ? ['postgres', ...args] : args),
  ports: [5432],
  stopSignal: 2,
  userland: 'debian',
  mainPrograms: ['postgres', 'docker-entrypoint.sh'],
  programs: { psql, pg_isready: isReady },
  files: { '/var/lib/postgresql/.keep': '', '/tmp/.keep': '' },
  usage: { idleCpuMillicores: 2, memoryBytes: 38_000_000, cpuMicrosecondsPerRequest: 800 },
  *start(container, { env }) {
    return yield* runPostgres(container, env);
  },
};
