import { sh } from '../../shell/sh';
import { wellRead, type Reader } from '../reader';

export interface UnitFacts {
  readonly name: string;
  readonly loaded: boolean;
  readonly masked: boolean;
  /** What systemd says of a unit file that it could not take (`bad-setting`, `error`). Not there: it could. */
  readonly broken?: string;
  /** The file that systemd reads: below /lib or /usr/lib it is the package's. */
  readonly file: string;
  /** Files that change it, in the order in which they are read: the last one has the last word. */
  readonly dropIns: readonly string[];
  readonly active: boolean;
  readonly enabled: string;
  readonly stopTimeoutSeconds: number;
  readonly killMode: string;
}

/** `systemctl show` of an unknown unit reads as success: LoadState comes first. */
export function units(options: { names: readonly string[] }): Reader<UnitFacts[]> {
  return {
    script: sh`systemctl show -p Id,LoadState,ActiveState,UnitFileState,FragmentPath,DropInPaths,TimeoutStopUSec,KillMode ${options.names.map((name) => `${name}.service`)}`,
    parse: (printed) =>
      wellRead({ printed, what: 'The state of the units' })
        .split(/\n\s*\n/)
        .map(properties)
        .filter((unit) => unit['Id'] !== undefined)
        .map((unit) => ({
          name: (unit['Id'] ?? '').replace(/\.service$/, ''),
          loaded: unit['LoadState'] === 'loaded',
          masked: unit['LoadState'] === 'masked',
          ...(/^(loaded|masked|not-found)$/.test(unit['LoadState'] ?? '') ? {} : { broken: unit['LoadState'] ?? '' }),
          file: unit['FragmentPath'] ?? '',
          dropIns: (unit['DropInPaths'] ?? '').split(' ').filter(Boolean),
          active: unit['ActiveState'] === 'active',
          enabled: unit['UnitFileState'] ?? '',
          stopTimeoutSeconds: secondsOf(unit['TimeoutStopUSec'] ?? ''),
          killMode: unit['KillMode'] ?? '',
        })),
  };
}

function properties(block: string): Record<string, string> {
  return Object.fromEntries(
    block.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}

const unitSeconds: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86400 };

/** `1min 30s` -> 90; `infinity` -> the largest number there is. */
export function secondsOf(text: string): number {
  if (text === 'infinity') return Number.MAX_SAFE_INTEGER;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|h|d)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (unitSeconds[unit ?? 's'] ?? 1),
    0,
  );
}
