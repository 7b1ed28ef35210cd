// Requests as comets along their hops, with the outcome by shape and colour; as lines with a rate when there are too many.
import type { PacketRow } from '@/contract/feed/feed.ts';
import type { Comet, CometPlace } from '../../comets.ts';
import type { Point } from '../../geometry.ts';
import { faded, type Painter } from '../../painter.ts';
import type { Scene } from '../../scene.ts';
import type { Colours } from '../../../theme/tokens.ts';
import type { LayerDescriptor } from '../layer.ts';

const outcomeColour: Readonly<Record<PacketRow['outcome'], keyof Colours>> = {
  underway: 'text',
  ok: 'ready',
  error: 'failing',
  refused: 'failed',
  timeout: 'leaving',
  unreachable: 'failed',
};

function paint(painter: Painter, scene: Scene): void {
  if (painter.state.pass === 'hand' || !scene.comets) return;
  if (scene.comets.isFlow) paintFlow(painter, scene);
  for (const [comet, place] of scene.comets.active(painter.state.wall)) paintComet(painter, scene, comet, place);
}

function screenPoint(painter: Painter, scene: Scene, hop: string): Point | undefined {
  const at = scene.hopPoint(hop, scene.named);
  return at && { x: painter.x(at.x), y: painter.y(at.y) };
}

function paintComet(painter: Painter, scene: Scene, comet: Comet, place: CometPlace): void {
  const { g, colours } = painter;
  const points = comet.packet.path.map((hop) => screenPoint(painter, scene, hop));
  const from = points[place.hop] ?? points.find((point) => point !== undefined);
  const to = points[place.hop + 1] ?? from;
  if (!from || !to) return;
  const head = { x: from.x + (to.x - from.x) * place.part, y: from.y + (to.y - from.y) * place.part };
  if (place.landing >= 0) {
    paintOutcome(painter, comet.packet.outcome, head, place.landing);
    return;
  }
  if (scene.view.isMotionReduced) {
    g.beginPath();
    g.arc(to.x, to.y, 7, 0, Math.PI * 2);
    painter.stroke(colours.text, 1.5);
    return;
  }
  const tail = Math.max(0, place.part - 0.28);
  const gradient = g.createLinearGradient(from.x + (to.x - from.x) * tail, from.y + (to.y - from.y) * tail, head.x, head.y);
  gradient.addColorStop(0, 'rgba(0,0,0,0)');
  gradient.addColorStop(1, colours.text);
  g.strokeStyle = gradient;
  g.lineWidth = 2;
  g.beginPath();
  g.moveTo(from.x + (to.x - from.x) * tail, from.y + (to.y - from.y) * tail);
  g.lineTo(head.x, head.y);
  g.stroke();
  g.beginPath();
  g.arc(head.x, head.y, 3, 0, Math.PI * 2);
  painter.fill(colours.text);
}

/** Lands (a ring that opens), answers an error (a square), bounces (a wedge that goes back), is lost (a cross that fades). */
function paintOutcome(painter: Painter, outcome: PacketRow['outcome'], at: Point, part: number): void {
  const { g, colours } = painter;
  const colour = faded(colours[outcomeColour[outcome]], 1 - part * 0.9);
  const r = 4 + part * 7;
  g.beginPath();
  if (outcome === 'ok') g.arc(at.x, at.y, r, 0, Math.PI * 2);
  else if (outcome === 'error') g.rect(at.x - r * 0.8, at.y - r * 0.8, r * 1.6, r * 1.6);
  else if (outcome === 'timeout') g.arc(at.x, at.y, 5, part * 6, part * 6 + Math.PI);
  else if (outcome === 'refused') {
    const x = at.x - part * 22;
    g.moveTo(x + 5, at.y - 6);
    g.lineTo(x - 3, at.y);
    g.lineTo(x + 5, at.y + 6);
  } else {
    g.moveTo(at.x - 5, at.y - 5);
    g.lineTo(at.x + 5, at.y + 5);
    g.moveTo(at.x + 5, at.y - 5);
    g.lineTo(at.x - 5, at.y + 5);
  }
  painter.stroke(colour, 2);
}

function paintFlow(painter: Painter, scene: Scene): void {
  const { g, colours } = painter;
  for (const [leg, rate] of scene.comets?.legRates ?? []) {
    const total = rate.answered + rate.failed;
    const [first = '', second = ''] = leg.split('>');
    const from = screenPoint(painter, scene, first);
    const to = screenPoint(painter, scene, second);
    if (!from || !to) continue;
    g.beginPath();
    g.moveTo(from.x, from.y);
    g.lineTo(to.x, to.y);
    const isBad = rate.failed > rate.answered;
    painter.stroke(faded(isBad ? colours.failed : colours.ready, 0.5), Math.min(6, 1 + Math.log2(1 + total) / 2), isBad ? [6, 5] : []);
    if (!second.startsWith('pod:')) {
      const text = painter.state.words('services.perSecond', { rate: Math.round(total) });
      const at = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
      const width = painter.width(text, { isMono: true, weight: 600 }) + 10;
      painter.round({ x: at.x - width / 2, y: at.y - 9, w: width, h: 18 }, 9);
      painter.fill(colours.raised);
      painter.text(text, at.x, at.y, { align: 'center', weight: 600, isMono: true });
    }
  }
}

/** The request nearest to a point of the screen, if one is near enough to be meant. */
export function packetNear(scene: Scene, painterPoint: (hop: string) => Point | undefined, at: Point, wall: number): number | undefined {
  let best: { id: number; distance: number } | undefined;
  for (const [comet, place] of scene.comets?.active(wall) ?? []) {
    const from = painterPoint(comet.packet.path[place.hop] ?? '');
    const to = painterPoint(comet.packet.path[place.hop + 1] ?? '') ?? from;
    if (!from || !to) continue;
    const distance = Math.hypot(from.x + (to.x - from.x) * place.part - at.x, from.y + (to.y - from.y) * place.part - at.y);
    if (distance < 14 && (!best || distance < best.distance)) best = { id: comet.packet.id, distance };
  }
  return best?.id;
}

export const layer: LayerDescriptor = { name: 'packets', explain: 'Requests on their way.', order: 70, isMoving: true, paint };
