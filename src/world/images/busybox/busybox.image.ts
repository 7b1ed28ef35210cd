// A shell and small Unix tools, as base images bring them.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { anyTool } from '../../runtime/shell/userland.ts';

export const image: ImageBehaviour = {
  name: 'busybox',
  explain: 'A shell and small Unix tools in virtual time. Without a command the shell ends at once, for it has no terminal.',
  fidelity: 'simplified',
  repositories: [
    'docker.io/library/busybox',
    'docker.io/library/alpine',
    '*/busybox',
    '*/alpine',
    '*/tiny-tools',
    '*/dnsutils',
    '*/network-multitool',
  ],
  sizeBytes: (tag) => (tag.startsWith('3') || tag === 'edge' ? 3_600_000 : 2_200_000),
  entrypoint: [],
  command: ['sh'],
  ports: [],
  userland: 'busybox',
  mainPrograms: [],
  programs: { curl: anyTool('curl') },
  files: {
    '/etc/os-release': 'NAME="BusyBox"\n',
    '/etc/machine-id': '6f3c1a6f0c7b4a59a0d1d2b7c1e5f9aa\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    '/root/.keep': '',
    '/tmp/.keep': '',
    '/var/log/.keep': '',
    '/bin/sh': '',
    '/usr/share/.keep': '',
    '/home/.keep': '',
    '/dev/.keep': '',
    '/proc/uptime': '',
    '/opt/.keep': '',
  },
  usage: { idleCpuMillicores: 0, memoryBytes: 700_000 },
  *start(container, { argv, env }) {
    const program = anyTool('sh');
    return yield* program({
      argv: argv.length > 0 ? argv : ['sh'],
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
