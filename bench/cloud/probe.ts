import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf, apiUrl, login } from '../../lab';
import { BenchError } from '../bench-error';
import type { ControlGroup } from '../control-group';
import { downtimeByApi, readSamples, type ApiDowntime } from './downtime';
import type { ProbeOrder } from './probe-requests';
import { apisOf, type ServiceSet } from './services';

/** The same probe for every contender, and nothing of a contender's own. */
export interface Probe {
  /** Ends it some seconds later, and returns what it saw. Throws BenchError where that is no measurement. */
  readonly end: () => Promise<readonly ApiDowntime[]>;
}

export const probesPerSecond = 5;
/** Before anything is done, and after all is done: it must be seen that everything answers. */
const quietSeconds = 5;
/** More than anybody waits for a page. */
const timeoutMs = 10_000;
/** A probe that was not scheduled for so long has not measured an outage of half a minute. */
const mostBlindSeconds = 3;

export async function startProbe(options: {
  readonly set: ServiceSet;
  readonly group: ControlGroup;
  readonly directory: string;
}): Promise<Probe> {
  const { set, group, directory } = options;
  const at = (name: string): string => join(directory, name);
  const outputFile = at('samples');
  const order: ProbeOrder = { perSecond: probesPerSecond, timeoutMs, outputFile, targets: await targetsOf(set) };
  writeFileSync(at('probe.json'), JSON.stringify(order), { mode: 0o600 });
  const program = join(__dirname, 'probe-requests.ts');
  const ended = group.run({
    argv: [process.execPath, '--import', require.resolve('tsx'), program, at('probe.json')],
    environment: { PATH: process.env['PATH'] ?? '' },
    outputFile: at('probe.out'),
    errorFile: at('probe.err'),
  });
  const samples = (): ReturnType<typeof readSamples> =>
    existsSync(outputFile) ? readSamples(readFileSync(outputFile, 'utf8')) : [];
  while (samples().length === 0) {
    const over = await Promise.race([ended.then(() => true), sleep(200).then(() => false)]);
    if (over) throw new BenchError(`The probe ended at once: ${readFileSync(at('probe.err'), 'utf8').slice(-500)}`);
  }
  await sleep(quietSeconds * 1000);
  return {
    end: async () => {
      await sleep(quietSeconds * 1000);
      await group.empty();
      return sound(downtimeByApi(samples()));
    },
  };
}

function sound(seen: readonly ApiDowntime[]): readonly ApiDowntime[] {
  for (const { api, goodAtBothEnds, longestBlindSeconds } of seen) {
    if (!goodAtBothEnds) throw new BenchError(`${api} did not answer at the beginning or at the end`);
    if (longestBlindSeconds > mostBlindSeconds)
      throw new BenchError(
        `the probe did not ask ${api} for ${longestBlindSeconds.toFixed(1)} s: the machine is too busy`,
      );
  }
  return seen;
}

async function targetsOf(set: ServiceSet): Promise<ProbeOrder['targets']> {
  const address = addressOf('lb1');
  const session = await login({ address });
  if (session === null) throw new BenchError('Keystone gives no token before anything was done');
  const headers = { 'X-Auth-Token': session.token, 'X-Subject-Token': session.token };
  return apisOf(set).map(({ name, port, userPath }) => ({
    api: name,
    url: `${apiUrl({ address, port })}${userPath(session)}`,
    headers,
  }));
}
