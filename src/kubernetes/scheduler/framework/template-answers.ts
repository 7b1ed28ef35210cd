// What local plugins said of each node to a pod of a template: asked again only of nodes that changed. Ten thousand pods of one template
// differ in nothing that these plugins read, and placing one of them changes one node.
import type { Container, Pod, PodSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { Refusal } from './framework.ts';

/** One node's answers, for its state at `generation`. */
export interface NodeAnswer {
  generation: number;
  refusal: Refusal | undefined;
  /** Raw scores of the local plugins that score, in their order; undefined until somebody asks. */
  scores: number[] | undefined;
}

export class TemplateAnswers {
  private readonly byNode = new Map<NodeInfo, NodeAnswer>();
  /** The refusals that the last pod of the template met, to be shared by those that meet the same. */
  refusals: ReadonlyMap<string, Refusal> = new Map();

  /** The node's answer; `filter` is asked when it is not known for the node's present state. */
  of(node: NodeInfo, filter: () => Refusal | undefined): NodeAnswer {
    let answer = this.byNode.get(node);
    if (!answer) {
      answer = { generation: node.generation, refusal: filter(), scores: undefined };
      this.byNode.set(node, answer);
    } else if (answer.generation !== node.generation) {
      const refusal = filter();
      answer.generation = node.generation;
      answer.refusal = isSame(refusal, answer.refusal) ? answer.refusal : refusal;
      answer.scores = undefined;
    }
    return answer;
  }

  /** `refusals`, or the last pod's when they are the same: a thousand waiting pods keep one map. */
  shared(refusals: ReadonlyMap<string, Refusal>): ReadonlyMap<string, Refusal> {
    const last = this.refusals;
    let isEqual = last.size === refusals.size;
    if (isEqual) {
      for (const [node, refusal] of refusals) {
        if (last.get(node) === refusal) continue;
        isEqual = false;
        break;
      }
    }
    if (!isEqual) this.refusals = refusals;
    return this.refusals;
  }
}

function isSame(a: Refusal | undefined, b: Refusal | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.plugin === b.plugin &&
    a.isUnresolvable === b.isUnresolvable &&
    a.reasons.length === b.reasons.length &&
    a.reasons.every((reason, at) => reason === b.reasons[at])
  );
}

/** All that local plugins may read of a pod, which is what makes two pods alike to them. */
export function localPart(spec: PodSpec): object {
  const of = ({ resources, ports, restartPolicy }: Container): object => ({
    resources,
    ports,
    restartPolicy,
  });
  return {
    nodeName: spec.nodeName,
    nodeSelector: spec.nodeSelector,
    nodeAffinity: spec.affinity?.nodeAffinity,
    tolerations: spec.tolerations,
    containers: spec.containers.map(of),
    initContainers: spec.initContainers?.map(of),
    overhead: spec.overhead,
    resources: spec.resources,
  };
}

const maxTemplates = 64;

/** Answers of the templates seen last. */
export class KnownTemplates {
  private readonly keys = new WeakMap<PodSpec, string>();
  private readonly answers = new Map<string, TemplateAnswers>();

  of({ spec }: Pod): TemplateAnswers {
    let key = this.keys.get(spec);
    if (key === undefined) {
      key = JSON.stringify(localPart(spec));
      this.keys.set(spec, key);
    }
    const answers = this.answers.get(key) ?? new TemplateAnswers();
    this.answers.delete(key);
    this.answers.set(key, answers);
    if (this.answers.size > maxTemplates) {
      for (const oldest of this.answers.keys()) {
        this.answers.delete(oldest);
        break;
      }
    }
    return answers;
  }
}
