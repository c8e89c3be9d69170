import { judgeReadiness, noRootReadiness, type HostReadiness, type Verdict } from './host-readiness';
import { SudoRefused } from './job-host-error';
import { findRootWay, forgetRootWay, type RootWay } from './root-way';
import { readyCommand, type SupervisorProgram } from './supervisor-program';
import type { Transport } from '../ssh/transport';

/** A host that can run jobs and has the program; or why not. `cut`: the upload arrived incomplete, try again. */
export type PublishResult =
  | { readonly kind: 'ready'; readonly way: RootWay; readonly readiness: HostReadiness }
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

export function createPublisher(options: {
  readonly transport: Transport;
  readonly base: string;
  readonly program: SupervisorProgram;
}): Publisher {
  const { transport, base, program } = options;
  const ready = new Map<string, PublishResult & { kind: 'ready' }>();

  async function send(request: Place & { way: RootWay; mode: 'look' | 'upload' }): Promise<Verdict> {
    const { host, signal, way, mode } = request;
    const askedAtMs = Date.now();
    const answer = await transport.exec({
      host,
      command: readyCommand({ way, base, program, mode }),
      ...(mode === 'upload' ? { stdin: program.content } : {}),
      deadlineSeconds: 60,
      ...(signal ? { signal } : {}),
    });
    return judgeReadiness({ host, base, way, ...answer, askedAtMs, answeredAtMs: Date.now() });
  }

  async function publishBy(request: Place & { way: RootWay }): Promise<PublishResult> {
    const looked = await send({ ...request, mode: 'look' });
    const result = looked.kind === 'wanted' ? await send({ ...request, mode: 'upload' }) : looked;
    if (result.kind === 'wanted') return { kind: 'cut' };
    return result.kind === 'ready' ? { ...result, way: request.way } : result;
  }

  return {
    async publish(place) {
      const { host } = place;
      const known = ready.get(host);
      if (known) return known;
      try {
        const way = await findRootWay({ transport, ...place });
        const result = await publishBy({ ...place, way });
        if (result.kind === 'ready') ready.set(host, result);
        else forgetRootWay({ transport, host });
        return result;
      } catch (error) {
        if (!(error instanceof SudoRefused)) throw error;
        return { kind: 'unfit', readiness: noRootReadiness({ host, sentence: error.message }) };
      }
    },
    forget(host) {
      ready.delete(host);
      forgetRootWay({ transport, host });
    },
  };
}
