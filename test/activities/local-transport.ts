import { spawn } from 'node:child_process';
import { TransportError, type Transport } from '../../activities/remote/transport';

/**
 * A transport to this very machine: real shells and real jobs, no network. `broken` names hosts that do not answer.
 */
export function localTransport(options: { readonly broken?: () => readonly string[] } = {}): Transport {
  return {
    exec: ({ host, command, stdin, signal, onStdout }) =>
      new Promise((resolve, reject) => {
        if (options.broken?.().includes(host) === true) {
          reject(new TransportError({ kind: 'unreachable', host, sent: false, text: `${host}: no route to host` }));
          return;
        }
        const child = spawn('sh', ['-c', command], { signal });
        const stdout: Buffer[] = [];
        const stderr: Buffer[] = [];
        child.stdout.on('data', (chunk: Buffer) => (onStdout ? onStdout(chunk) : stdout.push(chunk)));
        child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
        child.on('error', (cause) =>
          reject(new TransportError({ kind: 'aborted', host, sent: true, text: 'given up', cause })),
        );
        child.on('close', (code) =>
          resolve({
            exitCode: code ?? 255,
            stdout: Buffer.concat(stdout).toString(),
            stderr: Buffer.concat(stderr).toString(),
          }),
        );
        child.stdin.on('error', () => undefined);
        child.stdin.end(stdin ?? '');
      }),
    close: () => Promise.resolve(),
  };
}
