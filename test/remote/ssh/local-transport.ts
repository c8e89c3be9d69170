import { spawn } from 'node:child_process';
import { TransportError, type Transport } from '../../../remote';

/**
 * A transport to this very machine: real shells and real jobs, no network. `broken` names hosts that do not answer.
 * `argv`: how a command is run, where that is not by the machine's own shell.
 */
export function localTransport(
  options: {
    readonly broken?: () => readonly string[];
    readonly argv?: (command: string) => readonly string[];
  } = {},
): Transport {
  const { argv = (command: string): readonly string[] => ['sh', '-c', command] } = options;
  return {
    exec: ({ host, command, stdin, signal, onStdout }) =>
      new Promise((resolve, reject) => {
        if (options.broken?.().includes(host) === true) {
          reject(new TransportError({ kind: 'unreachable', host, sent: false, text: `${host}: no route to host` }));
          return;
        }
        const [program = '', ...words] = argv(command);
        // A process group of its own, as sshd gives it: a program that signals its group must not reach the test.
        const child = spawn(program, words, { signal, detached: true });
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
