import { judgeReadiness, noRootReadiness, type HostReadiness, type Verdict } from './host-readiness';
import { SudoRefused } from './job-host-error';
import type { RootShell } from './root-shell';
import type { RootWay } from './root-way';
import { readyWords, type SupervisorProgram } from './supervisor-program';

/** A host that can run jobs and has the program; or why not. `cut`: the upload arrived incomplete, try again. */
export type PublishResult =
  | { readonly kind: 'ready'; readonly readiness: HostReadiness }
  | { readonly kind: 'unfit'; readonly readiness: HostReadiness }
  | { readonly kind: 'cut' };

interface Place {
  readonly host: string;
  readonly signal?: AbortSignal;
}

/**
 * Looks at a host and puts the program there, once until `forget`. The host itself says when it has booted since
 * (NOT_READY), so what was found holds for one boot. Rejects with TransportError.
 */
export interface Publisher {
  publish(place: Place): Promise<PublishResult>;
  forget(host: string): void;
}

export function createPublisher(options: { readonly root: RootShell; readonly program: SupervisorProgram }): Publisher {
  const { root, program } = options;
  const ready = new Map<string, PublishResult & { kind: 'ready' }>();

  async function send(request: Place & { way: RootWay; mode: 'look' | 'upload' }): Promise<Verdict> {
    const { host, signal, way, mode } = request;
    const askedAtMs = Date.now();
    const answer = await root.exec({
      host,
      words: readyWords({ program, mode }),
      ...(mode === 'upload' ? { stdin: program.content } : {}),
      deadlineSeconds: 60,
      ...(signal ? { signal } : {}),
    });
    return judgeReadiness({ host, base: program.base, way, ...answer, askedAtMs, answeredAtMs: Date.now() });
  }

  async function publishBy(request: Place & { way: RootWay }): Promise<PublishResult> {
    const looked = await send({ ...request, mode: 'look' });
    const result = looked.kind === 'wanted' ? await send({ ...request, mode: 'upload' }) : looked;
    return result.kind === 'wanted' ? { kind: 'cut' } : result;
  }

  const forget = (host: string): void => {
    ready.delete(host);
    root.forget(host);
  };
  return {
    forget,
    async publish(place) {
      const { host } = place;
      try {
        const way = await root.wayTo(place);
        const known = ready.get(host);
        if (known?.readiness.way === way) return known;
        const result = await publishBy({ ...place, way });
        if (result.kind === 'ready') ready.set(host, result);
        else forget(host);
        return result;
      } catch (error) {
        if (!(error instanceof SudoRefused)) throw error;
        return { kind: 'unfit', readiness: noRootReadiness({ host, sentence: error.message }) };
      }
    },
  };
}
