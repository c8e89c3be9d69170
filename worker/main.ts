#!/usr/bin/env node
import { Command } from 'commander';
import { addConnectionFlags, withFlags } from '../connection/flags';
import { packageVersion } from '../connection/version';
import { workerSettings } from './settings';
import { requireModules } from './worker-modules';

/** `openstack-upgrade-worker`: runs until SIGTERM or SIGINT. Jobs on the hosts go on without it and are found by the next. */
const program = new Command('openstack-upgrade-worker')
  .description('Runs OpenStack upgrades that are started in Temporal')
  .version(packageVersion())
  .addHelpText(
    'after',
    '\nFor production: OSU_METRICS_ADDRESS and OSU_HEALTH_ADDRESS (host:port), OSU_LOG_FORMAT=json; see docs/production.md.',
  )
  .option('--clouds-dir <directory>', 'directory of the cloud files, <name>.yaml (clouds); CLOUDS_DIR')
  .option(
    '--deployment-name <name>',
    'worker deployment: each run stays on the version it began on; TEMPORAL_DEPLOYMENT_NAME',
  )
  .option('--build-id <id>', 'version in that deployment (the version of this package); TEMPORAL_WORKER_BUILD_ID')
  .action(async () => {
    requireModules();
    const env = withFlags({ env: process.env, program });
    const given = program.opts<{ cloudsDir?: string; deploymentName?: string; buildId?: string }>();
    const {
      cloudsDir = env['CLOUDS_DIR'],
      deploymentName = env['TEMPORAL_DEPLOYMENT_NAME'],
      buildId = env['TEMPORAL_WORKER_BUILD_ID'],
    } = given;
    const { runWorker } = await import('./run-worker.js');
    await runWorker(
      workerSettings({
        ...env,
        CLOUDS_DIR: cloudsDir,
        TEMPORAL_DEPLOYMENT_NAME: deploymentName,
        TEMPORAL_WORKER_BUILD_ID: buildId,
      }),
    );
  });
addConnectionFlags(program);

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
