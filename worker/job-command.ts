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
  .description('The one root-owned command that sudo has to allow on the hosts: openstack-upgrade-job')
  .version(packageVersion());

program
  .command('install')
  .description("put it on the hosts of a cloud, where the worker's user can become root already")
  .requiredOption('--cloud <name>', 'as in CLOUDS_DIR/<name>.yaml')
  .option('--hosts <names...>', 'only these; default: every host of the cloud')
  .action(async (wish: InstallWish) => {
    requireModules();
    const { installOnHosts } = await import('./install-on-hosts.js');
    await installOnHosts(wish);
  });

program
  .command('print')
  .description('write the file, for a package or for configuration management')
  .argument('<file>', 'where to; owner root, mode 0755 on the hosts')
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
