import { UpgradeError } from '../../client/upgrade-error';
import { abortOnSignals, createClosing } from './closing';
import { waitForUi } from './in-ui';
import { demoOptions, type DemoOptions } from './options';
import { demoDirectory } from './run-files';
import { whyNoDemo } from './refusal';
import { runDemo } from './run';
import { raiseSite, type DemoSite } from './site';
import { LabError } from '../machine/lab-error';
import { sayWithSeconds } from '../machine/progress';

/** `npm run demo`: a real cloud, a real upgrade, from nothing to a report, and everything put away. */
async function main(): Promise<number> {
  const demo = demoOptions(process.argv);
  const refusal = whyNoDemo(demo);
  if (refusal !== null) throw new LabError(refusal);
  const say = sayWithSeconds({ write: (line) => process.stdout.write(`${line}\n`) });
  const closing = createClosing({ say });
  const directory = demoDirectory();
  let site: DemoSite | null = null;
  // A site that is only half there is cleaned up all the same.
  const keeps = (): boolean => demo.keep && site !== null;
  const signal = abortOnSignals({ say, keeps });
  try {
    site = await raiseSite({ demo, directory, closing, signal, say });
    if (!demo.startInUi) return await runDemo({ demo, site, directory, signal, say });
    await waitForUi({ demo, site, signal });
    return 0;
  } finally {
    if (demo.keep && site !== null) process.stdout.write(`${keptText({ demo, site })}\n`);
    else await closing.close();
  }
}

function keptText(options: { demo: DemoOptions; site: DemoSite }): string {
  const { temporal, worker } = options.site;
  const processes = [worker.pid, ...(temporal.pid === null ? [] : [temporal.pid])].join(' ');
  return [
    'Everything keeps running (--keep):',
    ...(temporal.uiUrl === null ? [] : [`  Temporal UI  ${temporal.uiUrl}`]),
    `  Temporal     export TEMPORAL_ADDRESS=${temporal.address} OSU_TASK_QUEUE=${temporal.taskQueue}   (then: npm run upgrade -- status)`,
    '  cloud        npm run lab -- status; npm run lab -- shell ctl1',
    `  remove       kill ${processes}; npm run lab -- down`,
  ].join('\n');
}

main().then(
  // Not by exitCode: what stays behind (--keep) holds handles that would keep this process.
  (code) => process.exit(code),
  (error: unknown) => {
    const known = error instanceof LabError || error instanceof UpgradeError;
    const text = error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(1);
  },
);
