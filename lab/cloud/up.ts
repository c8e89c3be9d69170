import { CloudDoesNotWork, titlesOf, waitForCloud } from './cloud-answers';
import { writeCloudDescription } from './cloud-description';
import { leaderOf } from '../machine/container';
import { throwAwayRun } from './down';
import { freshRun } from './first-start';
import { hostNames, hostsWith } from '../machine/hosts';
import type { Lab } from './lab';
import { LabError } from '../machine/lab-error';
import { withLabLock } from '../machine/lab-lock';
import { raiseBridge } from '../machine/network';
import { refuseOtherCloud, takeNetwork } from './other-lab';
import { servePackages } from '../packages/package-server';
import type { Say } from '../machine/progress';
import { meetRequirements } from '../machine/requirements';
import { readRunningState, writeRunningState, type RunningState } from './running-state';
import { addressOf } from './addresses';
import type { CloudShape, LabPackaging, PackageShape } from '../packages/cloud-shape';
import { extraServices, type ExtraServiceName } from '../packages/extra-services';
import { familyOf, oddities, type OddityName } from '../packages/oddities';
import { seriesWith, type SeriesName } from '../packages/series';
import { waitForSamples } from './samples';
import { makeSshKeys } from './ssh-keys';
import { buildStacks } from './stacks';
import { makeTlsFiles } from './tls-files';
import { startHosts } from './start-hosts';

/**
 * Raises the lab, or repairs and returns the one that runs. Every start after a `labDown` begins at the frozen state:
 * a configured cloud with no stack in it. Throws LabError with a sentence for a person.
 */
export async function labUp(
  options: {
    readonly series?: SeriesName;
    /** What runs on the controllers beside Keystone and Heat. */
    readonly extras?: readonly ExtraServiceName[];
    /** How Keystone is served; default debian. */
    readonly packaging?: LabPackaging;
    /** How it is set up otherwise than install guides do; default: it is not. */
    readonly odd?: readonly OddityName[];
    readonly onProgress?: Say;
  } = {},
): Promise<Lab> {
  const { series = 'antelope', packaging = 'debian', onProgress: say = () => undefined } = options;
  const extras = extraServices(options.extras ?? []).map(({ name }) => name);
  const odd = oddities(options.odd ?? []);
  refuseSeries({ series, extras, packaging });
  await meetRequirements({ say });
  return withLabLock({ say, work: () => raise({ series, extras, packaging, odd, say }) });
}

/** Debian's own packages have a unit: a series that is theirs cannot be as Ubuntu has it. */
function refuseSeries({ series, ...shape }: PackageShape & { readonly series: SeriesName }): void {
  const names = seriesWith(shape).map(({ name }) => name);
  if (names.includes(series)) return;
  throw new LabError(
    `The series ${series} consists of Debian's own packages, in which Keystone is a unit. With --packaging ${shape.packaging} choose ${names.join(' or ')}.`,
  );
}

async function raise(options: CloudShape & { readonly series: SeriesName; readonly say: Say }): Promise<Lab> {
  const { series, say, ...shape } = options;
  await takeNetwork({ say });
  const running = readRunningState();
  if (running?.configured === true && hostNames.some((host) => leaderOf(host) !== null)) {
    refuseOtherCloud({ running, asked: { series, ...shape } });
    return finishStart({ state: running, say });
  }
  await throwAwayRun();
  await makeSshKeys();
  if (shape.odd.includes('tls')) await makeTlsFiles();
  const stacks = await buildStacks({ series, ...shape, say });
  const fresh = async (): Promise<Lab> => {
    const state = await freshRun({ series, ...shape, stacks, say });
    writeRunningState(state);
    return finishStart({ state, say });
  };
  try {
    return await fresh();
  } catch (error) {
    if (!(error instanceof CloudDoesNotWork)) throw error;
    // About one boot in fifty leaves services that run and do not answer; why is not known. What was seen is not kept quiet.
    process.stderr.write(`${error.message}\nThe hosts are thrown away and booted once more.\n`);
    await throwAwayRun();
    return fresh();
  }
}

/** Boots what does not run yet and waits until the cloud works. Safe to repeat from any point. */
async function finishStart(options: { readonly state: RunningState; readonly say: Say }): Promise<Lab> {
  const { state, say } = options;
  const description = writeCloudDescription(state);
  await raiseBridge(familyOf(state.odd));
  await servePackages(state);
  await startHosts({ state, say });
  say(`waiting until ${titlesOf(state.extras)} answer`);
  await waitForCloud({ seconds: 180, extras: state.extras });
  await waitForSamples(state);
  say('the lab is up');
  return {
    ...description,
    series: state.series,
    extras: state.extras,
    packaging: state.packaging,
    odd: state.odd,
    hosts: hostsWith(state.extras).map(({ name, roles }) => ({ name, address: addressOf(name), roles })),
  };
}
