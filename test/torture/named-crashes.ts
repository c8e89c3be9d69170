import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The lines `: crash-point NAME` of a program. */
const CRASH_POINT = /: crash-point ([\w-]+)/g;

export function crashPointsIn(program: string): readonly string[] {
  return [...program.matchAll(CRASH_POINT)].map(([, name = '']) => name);
}

/**
 * The program with crash points that note who comes by and, where that was ordered, kill their process with all that
 * waits for it. They ask for their orders at the moment, because a running shell has read its program long before.
 */
export function withCrashPoints(options: { readonly program: string; readonly directory: string }): string {
  const at = (name: string): string => join(options.directory, name);
  return options.program.replaceAll(CRASH_POINT, (_, name: string) => {
    const die = `[ ! -e ${at(`kill-${name}`)} ] || { : >${at('met')}; kill -9 $$; kill -9 0; }`;
    return `{ [ ! -e ${at('watched')} ] || { echo ${name} >>${at('passed')}; ${die}; }; }`;
  });
}

export interface CrashOrders {
  /** From now on those that come by are noted, and killed at the point of this name. */
  readonly watch: (killAt: string | null) => void;
  readonly revoke: () => void;
  readonly passed: () => readonly string[];
  readonly wasMet: () => boolean;
}

/** Orders to the crash points of a program that `withCrashPoints` has made for this directory. */
export function crashOrders(directory: string): CrashOrders {
  const at = (name: string): string => join(directory, name);
  return {
    watch(killAt) {
      if (killAt !== null) writeFileSync(at(`kill-${killAt}`), '');
      writeFileSync(at('watched'), '');
    },
    revoke: () => rmSync(at('watched'), { force: true }),
    passed: () => (existsSync(at('passed')) ? [...new Set(readFileSync(at('passed'), 'utf8').trim().split('\n'))] : []),
    wasMet: () => existsSync(at('met')),
  };
}
