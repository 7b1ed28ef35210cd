// The base systems that people start containers from: a shell, the usual tools, nothing that runs by itself.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { anyTool } from '../../runtime/shell/userland.ts';

export const image: ImageBehaviour = {
  name: 'debian',
  explain: 'A base system with bash and the usual tools. Without a command the shell ends at once, for it has no terminal.',
  fidelity: 'simplified',
  repositories: [
    'docker.io/library/debian',
    'docker.io/library/ubuntu',
    'docker.io/library/fedora',
    'docker.io/library/centos',
    'docker.io/library/bash',
    'docker.io/library/buildpack-deps',
    '*/curl',
    '*/debian',
    '*/ubuntu',
    '*/netshoot',
    '*/jumpy',
  ],
  sizeBytes: () => 48_000_000,
  entrypoint: [],
  command: ['bash'],
  ports: [],
  userland: 'debian',
  mainPrograms: [],
  programs: Object.fromEntries(['wget', 'nslookup', 'ping', 'nc', 'ps'].map((name) => [name, anyTool(name)])),
  files: {
    '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n',
    '/etc/machine-id': '6f3c1a6f0c7b4a59a0d1d2b7c1e5f9aa\n',
    '/root/.keep': '',
    '/tmp/.keep': '',
    '/var/log/.keep': '',
    '/bin/bash': '',
    '/bin/sh': '',
    '/usr/share/.keep': '',
    '/opt/.keep': '',
  },
  usage: { idleCpuMillicores: 0, memoryBytes: 2_000_000 },
  *start(container, { argv, env }) {
    return yield* anyTool('bash')({
      argv,
      env,
      directory: container.workingDir,
      input: container.stdin,
      output: container.stdout,
      errors: container.stderr,
      container,
      pid: 1,
    });
  },
};
