import { publishCommand, type SupervisorProgram } from './supervisor-program';
import type { Transport } from './transport';

/** A host that can run jobs, and whether its user is root already; or why it cannot. */
export type PublishResult =
  | { readonly kind: 'ready'; readonly isRoot: boolean }
  | { readonly kind: 'cut' }
  | { readonly kind: 'hostFault' | 'noSpace'; readonly text: string };

/** Makes sure once per host (and again after `forget`) that the program is there. Rejects with TransportError. */
export interface Publisher {
  publish(options: { readonly host: string; readonly signal?: AbortSignal }): Promise<PublishResult>;
  forget(host: string): void;
}

export function createPublisher(options: {
  readonly transport: Transport;
  readonly base: string;
  readonly program: SupervisorProgram;
}): Publisher {
  const ready = new Map<string, PublishResult & { kind: 'ready' }>();

  async function send(request: { host: string; signal?: AbortSignal; mode: 'look' | 'upload' }): Promise<Verdict> {
    const { host, signal, mode } = request;
    const answer = await options.transport.exec({
      host,
      command: publishCommand({ ...options, mode }),
      ...(mode === 'upload' ? { stdin: options.program.content } : {}),
      deadlineSeconds: 60,
      ...(signal ? { signal } : {}),
    });
    return judge({ host, ...answer });
  }

  return {
    async publish(request) {
      const known = ready.get(request.host);
      if (known) return known;
      const looked = await send({ ...request, mode: 'look' });
      const result = looked.kind === 'wanted' ? await send({ ...request, mode: 'upload' }) : looked;
      if (result.kind === 'wanted') return { kind: 'cut' };
      if (result.kind === 'ready') ready.set(request.host, result);
      return result;
    },
    forget: (host) => void ready.delete(host),
  };
}

type Verdict = PublishResult | { readonly kind: 'wanted' };

function judge(answer: {
  readonly host: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}): Verdict {
  const { host, stderr } = answer;
  const lines = answer.stdout.split('\n');
  const isRoot = lines.includes('root yes');
  if (lines.includes('published')) return { kind: 'ready', isRoot };
  if (lines.includes('wanted')) return { kind: 'wanted' };
  if (lines.includes('cut')) return { kind: 'cut' };
  const missing = lines.find((line) => line.startsWith('missing '));
  if (missing !== undefined) {
    const text = `${host} cannot run jobs safely: it lacks ${missing.slice(8).trim()}. Nothing was started; install it (coreutils >= 8.24, util-linux, grep) and try again.`;
    return { kind: 'hostFault', text };
  }
  if (/no space left|quota exceeded/i.test(stderr)) {
    return { kind: 'noSpace', text: `The disk of ${host} is full; nothing was started. ${stderr.trim()}` };
  }
  if (!isRoot && /sudo/.test(stderr)) {
    const text = `The user may not become root on ${host} without a password, so nothing was started: ${stderr.trim()}. Give it a sudoers rule with NOPASSWD.`;
    return { kind: 'hostFault', text };
  }
  const text = `${host} did not take the job program (exit code ${String(answer.exitCode)}), so nothing was started: ${stderr.trim() || 'no message'}.`;
  return { kind: 'hostFault', text };
}
