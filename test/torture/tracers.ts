import { readdirSync, readFileSync } from 'node:fs';

/** The straces that write their log below `directory`; each is there as long as something that it traces. */
export function tracersOf(directory: string): readonly number[] {
  return processes().filter((pid) => read({ pid, file: 'comm' }) === 'strace\n' && commandOf(pid).includes(directory));
}

/** What they hold goes on as if nothing had been. */
export function endTracers(directory: string): void {
  for (const pid of tracersOf(directory)) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // it has ended by itself
    }
  }
}

export function isTraced(pid: number): boolean {
  const status = read({ pid, file: 'status' });
  if (status === '') throw new Error(`Process ${String(pid)}, which was to be traced, is gone.`);
  return !/^TracerPid:\t0$/m.test(status);
}

/** The pid of a job's supervisor on this machine, also when it runs in a box, where it has another. null: it has none. */
export function supervisorAtWork(options: { readonly base: string; readonly jobId: string }): number | null {
  const words = `\0run\0${options.base}\0${options.jobId}\0`;
  return processes().find((pid) => commandOf(pid).includes(words)) ?? null;
}

/** What a process of a box is called inside it. */
export function pidInItsBox(pid: number): number {
  const [, names = ''] = /^NSpid:\t(.*)$/m.exec(read({ pid, file: 'status' })) ?? [];
  return Number(names.split('\t').at(-1));
}

function processes(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function commandOf(pid: number): string {
  return read({ pid, file: 'cmdline' });
}

function read(options: { readonly pid: number; readonly file: string }): string {
  try {
    return readFileSync(`/proc/${String(options.pid)}/${options.file}`, 'utf8');
  } catch {
    return ''; // gone meanwhile
  }
}
