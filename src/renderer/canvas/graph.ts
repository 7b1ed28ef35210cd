// Cytoscape on top of the painted bench: it owns pan, zoom and drag, shows the user, Services and cables, and lends one invisible
// stand-in to whatever the pointer is about to take hold of.
import cytoscape from 'cytoscape';
import type { ElementDefinition, EventObject } from 'cytoscape';
import { fonts, type Colours } from '../theme/tokens.ts';
import type { Camera } from '../stores/view/view-store.ts';
import type { Point, Rect } from './geometry.ts';
import { servicePlug } from './layers/user-and-services/user-and-services.layer.ts';

export interface GraphListener {
  viewport(): void;
  /** The person moved the camera: it no longer follows the size of the window. */
  steer(): void;
  /** A click on an element of the graph, or with '' on what is painted. */
  tap(id: string, world: Point): void;
  hover(id: string | undefined): void;
  grab(): void;
  /** The top left corner of what is held. */
  drag(corner: Point): void;
  free(): void;
}

const standIn = 'stand-in';
/** Cytoscape knows family names in double quotes only. */
const graphFonts = { text: fonts.text.replaceAll("'", '"'), mono: fonts.mono.replaceAll("'", '"') };
export const zoomLimits = { least: 0.03, most: 4 } as const;

export class Graph {
  private readonly cy: cytoscape.Core;
  private isHolding = false;

  constructor(container: HTMLElement, colours: Colours, listener: GraphListener, pixelRatio: number | 'auto') {
    this.cy = cytoscape({
      container,
      pixelRatio,
      minZoom: zoomLimits.least,
      maxZoom: zoomLimits.most,
      boxSelectionEnabled: false,
      autounselectify: true,
      hideEdgesOnViewport: false,
      style: styleOf(colours),
    });
    this.cy.on('add', 'node', (event) => keepStyled(event.target));
    this.cy.add({ data: { id: standIn, kind: 'stand-in' }, position: { x: 0, y: 0 } });
    this.cy.getElementById(standIn).style('display', 'none');
    this.cy.on('viewport', () => listener.viewport());
    this.cy.on('dragpan scrollzoom pinchzoom', () => listener.steer());
    this.cy.on('tap', (event: EventObject) => {
      const id = event.target === this.cy ? '' : String(event.target.id());
      listener.tap(id === standIn ? '' : id, event.position);
    });
    this.cy.on('mouseover', 'node[kind = "service"], node[kind = "user"]', (event: EventObject) =>
      listener.hover(String(event.target.id())),
    );
    this.cy.on('mouseout', 'node[kind = "service"], node[kind = "user"]', () => listener.hover(undefined));
    const corner = (): Point => {
      const node = this.cy.getElementById(standIn);
      const { x, y } = node.position();
      return { x: x - Number(node.data('w')) / 2, y: y - Number(node.data('h')) / 2 };
    };
    this.cy.on('grab', `#${standIn}`, () => {
      this.isHolding = true;
      listener.grab();
    });
    this.cy.on('drag', `#${standIn}`, () => listener.drag(corner()));
    this.cy.on('free', `#${standIn}`, () => {
      this.isHolding = false;
      listener.free();
    });
  }

  get camera(): Camera {
    const { x, y } = this.cy.pan();
    return { zoom: this.cy.zoom(), pan: { x, y } };
  }

  setCamera(camera: Camera): void {
    this.cy.viewport({ zoom: camera.zoom, pan: { ...camera.pan } });
  }

  /** Shows all of `bounds` in the container. */
  fit(bounds: Rect, padding = 28): void {
    const width = this.cy.width();
    const height = this.cy.height();
    if (width < 50 || height < 50 || bounds.w === 0) return;
    const zoom = Math.min(1.35, (width - 2 * padding) / bounds.w, (height - 2 * padding) / bounds.h);
    this.setCamera({
      zoom,
      pan: { x: (width - bounds.w * zoom) / 2 - bounds.x * zoom, y: (height - bounds.h * zoom) / 2 - bounds.y * zoom },
    });
  }

  zoomBy(factor: number): void {
    this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }

  centreOn(at: Point): void {
    const zoom = this.cy.zoom();
    this.cy.pan({ x: this.cy.width() / 2 - at.x * zoom, y: this.cy.height() / 2 - at.y * zoom });
  }

  /** Puts the stand-in where the pointer would take hold; undefined takes it away. */
  offer(rect: Rect | undefined): void {
    if (this.isHolding) return;
    const node = this.cy.getElementById(standIn);
    if (!rect) {
      node.style('display', 'none');
      return;
    }
    node.data({ w: rect.w, h: rect.h });
    node.style({ display: 'element', width: rect.w, height: rect.h });
    node.position({ x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 });
  }

  point(id: string): Point | undefined {
    const node = this.cy.getElementById(id);
    return node.nonempty() ? { ...node.position() } : undefined;
  }

  /** Makes the graph show exactly `elements`, changing only what differs. */
  sync(elements: readonly ElementDefinition[]): void {
    const wanted = new Map(elements.map((element) => [String(element.data.id), element]));
    this.cy.batch(() => {
      this.cy.elements().forEach((element) => {
        if (element.id() !== standIn && !wanted.has(element.id())) element.remove();
      });
      for (const [id, element] of wanted) {
        const known = this.cy.getElementById(id);
        if (known.empty()) this.cy.add({ ...element, grabbable: false });
        else {
          known.data(element.data);
          const { position } = element;
          if (position && known.isNode() && (known.position().x !== position.x || known.position().y !== position.y))
            known.position(position);
        }
      }
    });
  }

  recolour(colours: Colours): void {
    this.cy.style(styleOf(colours));
  }

  resize(): void {
    this.cy.resize();
  }

  destroy(): void {
    this.cy.destroy();
  }
}

/**
 * Cytoscape restyles a node without background image on every draw, because the second of its two image passes flips a flag. None of our
 * nodes has one, so the flag is pinned.
 */
function keepStyled(element: cytoscape.NodeSingular): void {
  const inner = (element as unknown as { _private: object })._private;
  Object.defineProperty(inner, 'backgrounding', { get: () => false, set: () => undefined, configurable: true });
}

function styleOf(colours: Colours): cytoscape.StylesheetJson {
  return [
    { selector: 'node, edge', style: { 'overlay-opacity': 0 } },
    { selector: 'node[kind = "stand-in"]', style: { shape: 'rectangle', 'background-opacity': 0, 'border-width': 0, width: 1, height: 1 } },
    { selector: 'node[kind = "anchor"]', style: { width: 1, height: 1, 'background-opacity': 0, events: 'no' } },
    {
      selector: 'node[kind = "user"]',
      style: {
        shape: 'ellipse',
        width: 56,
        height: 56,
        'background-color': colours.machine,
        'border-width': 1.5,
        'border-color': colours.muted,
        label: 'data(label)',
        color: colours.text,
        'font-family': graphFonts.text,
        'font-size': 'data(fontSize)',
        'font-weight': 600,
        'text-valign': 'center',
      },
    },
    {
      selector: 'node[kind = "service"]',
      style: {
        shape: 'polygon',
        'shape-polygon-points': '-1 -1 0.86 -1 0.86 -0.5 1 -0.5 1 -0.16 0.86 -0.16 0.86 0.16 1 0.16 1 0.5 0.86 0.5 0.86 1 -1 1',
        width: servicePlug.width,
        height: servicePlug.height,
        'background-color': colours.machine,
        'border-width': 1,
        'border-color': colours.accent,
        label: 'data(label)',
        color: colours.text,
        'font-family': graphFonts.mono,
        'font-size': 'data(fontSize)',
        'line-height': 1.35,
        'text-wrap': 'wrap',
        'text-max-width': `${servicePlug.width * 2}px`,
        'text-valign': 'center',
        'text-justification': 'center',
      },
    },
    { selector: 'node[isEmpty = "yes"]', style: { 'border-style': 'dashed', 'border-color': colours.muted } },
    {
      selector: 'edge',
      style: {
        'curve-style': 'straight',
        width: 'data(width)',
        'line-color': colours.accent,
        'line-opacity': 0.55,
        events: 'no',
      },
    },
    { selector: 'edge[source ^= "service:"]', style: { 'source-endpoint': '90deg' } },
    { selector: 'edge[source = "user"]', style: { 'target-endpoint': '270deg' } },
  ];
}
