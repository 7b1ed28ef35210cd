// The user outside, the Services as plugs, and cables from a Service to the machines behind it while it is looked at or used.
import type { ElementDefinition } from 'cytoscape';
import type { ServiceRow } from '@/contract/feed/feed.ts';
import { middleEllipsis } from '../../geometry.ts';
import type { Scene } from '../../scene.ts';
import type { LayerDescriptor } from '../layer.ts';

export const servicePlug = { width: 188, height: 44, pitch: 56, perColumn: 11 } as const;

/** Pixels on the screen. */
const smallestText = 12;

const systemNamespaces = new Set(['kube-system', 'kube-public', 'kube-node-lease']);

/** The Services that are shown, those of the reader's own work first. */
function shownServices(scene: Scene): readonly ServiceRow[] {
  const { namespace } = scene.view;
  const isSystem = (row: ServiceRow): number =>
    systemNamespaces.has(row.namespace) || (row.name === 'kubernetes' && row.namespace === 'default') ? 1 : 0;
  return scene.cluster.services.filter((row) => namespace === '' || row.namespace === namespace).sort((a, b) => isSystem(a) - isSystem(b));
}

/** Names stay readable: from afar they are written larger and without their address. */
function plugLabel(row: ServiceRow, zoom: number): { readonly label: string; readonly fontSize: number } {
  const fontSize = Math.max(12.5, smallestText / zoom);
  const characters = Math.floor((servicePlug.width - 34) / (fontSize * 0.6));
  if (characters < 5) return { label: '', fontSize };
  const name = middleEllipsis(row.name, characters);
  return { label: zoom >= 0.85 ? `${name}\n${address(row)}` : name, fontSize };
}

function address(row: ServiceRow): string {
  const [port] = row.ports;
  const suffix = row.ports.length > 1 ? ' …' : '';
  return row.clusterIP === 'None' || row.clusterIP === '' ? row.type : `${row.clusterIP}${port ? `:${port.port}` : ''}${suffix}`;
}

function elements(scene: Scene): readonly ElementDefinition[] {
  const { user, services } = scene.arrangement;
  const rows = shownServices(scene);
  const list: ElementDefinition[] = [
    {
      data: { id: 'user', kind: 'user', label: scene.words('bench.user'), fontSize: Math.max(14, smallestText / scene.zoom) },
      position: { ...user },
    },
  ];
  const inColumn = Math.min(rows.length, servicePlug.perColumn);
  rows.forEach((row, index) => {
    const column = Math.floor(index / servicePlug.perColumn);
    const id = `service:${row.namespace}/${row.name}`;
    list.push({
      data: {
        id,
        kind: 'service',
        ...plugLabel(row, scene.zoom),
        isEmpty: row.ready.length === 0 && Object.keys(row.selector).length > 0 ? 'yes' : 'no',
      },
      position: {
        x: services.x - servicePlug.width / 2 - column * (servicePlug.width + 16),
        y: services.y + ((index % servicePlug.perColumn) - (inColumn - 1) / 2) * servicePlug.pitch,
      },
    });
    const isLookedAt = scene.lookedAtService === `${row.namespace}/${row.name}`;
    if (row.traffic) list.push({ data: { id: `cable:user>${id}`, kind: 'cable', source: 'user', target: id, width: 1.5 } });
    if (!row.traffic && !isLookedAt) return;
    for (const [machine, count] of machinesBehind(scene, row)) {
      list.push({
        data: { id: `machine:${machine}`, kind: 'anchor' },
        position: { ...(scene.hopPoint(`machine:${machine}`, () => undefined) ?? { x: 0, y: 0 }) },
      });
      list.push({
        data: {
          id: `cable:${id}>${machine}`,
          kind: 'cable',
          source: id,
          target: `machine:${machine}`,
          width: Math.min(5, 1 + count * 0.5),
        },
      });
    }
  });
  const unique = new Map(list.map((element) => [element.data.id, element]));
  return [...unique.values()];
}

function machinesBehind(scene: Scene, row: ServiceRow): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const slot of row.ready) {
    const machine = scene.cluster.machineAt(scene.cluster.podAt(slot)?.row.machine ?? -1);
    if (machine) counts.set(machine.name, (counts.get(machine.name) ?? 0) + 1);
  }
  return counts;
}

export const layer: LayerDescriptor = { name: 'user-and-services', explain: 'The user outside and the Services.', order: 80, elements };
