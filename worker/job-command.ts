#!/usr/bin/env node
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { packageVersion } from '../connection/version';
import type { InstallWish } from './install-on-hosts';
import { requireModules } from './worker-modules';

/**
 * `openstack-upgrade-job` on a worker's machine: puts the one command that sudo has to allow on a cloud's hosts, over
 * the way a worker has, or prints it for a package.
 */
const program = new Command('openstack-upgrade-job')
  .description('Installs openstack-upgrade-job, the only command that sudo must allow on the hosts')
  .version(packageVersion());

program
  .command('install')
  .description("install it on the hosts of a cloud; the worker's user must already be able to become root there")
  .requiredOption('--cloud <name>', 'name of the cloud file CLOUDS_DIR/<name>.yaml')
  .option('--hosts <names...>', 'only these hosts; default: every host of the cloud')
  .action(async (wish: InstallWish) => {
    requireModules();
    const { installOnHosts } = await import('./install-on-hosts.js');
    await installOnHosts(wish);
  });

program
  .command('print')
  .description('write it to a file, for a package or for configuration management')
  .argument('<file>', 'the file to write')
  .action(async (file: string) => {
    requireModules();
    const { jobCommand } = await import('../remote/index.js');
    writeFileSync(file, jobCommand({ user: 'USER' }).content, { mode: 0o755 });
    console.log(`${file}: install it as ${jobCommand({ user: 'USER' }).path}, root:root, 0755.`);
  });
program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
