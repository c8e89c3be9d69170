import type { Command } from 'commander';
import { withFlags } from '../connection/flags';

/** `openstack-upgrade codec-server`: needs no Temporal server, so it connects to none. */
export function addCodecServer(program: Command): void {
  program
    .command('codec-server')
    .description('decrypt data for the Web UI, on this machine only, with the keys of --codec-keys')
    .requiredOption('--origin <url>', 'of the Web UI, as the browser shows it: http://127.0.0.1:8233')
    .option('--port <number>', 'where to listen', '8234')
    .action(async ({ origin, port }: { readonly origin: string; readonly port: string }) => {
      const { connectionSettings } = await import('./connection-settings.js');
      const { serveCodec } = await import('./serve-codec.js');
      const { codecKeyFile } = connectionSettings(withFlags({ env: process.env, program }));
      const { address } = await serveCodec({ keyFile: codecKeyFile, port: Number(port), origin });
      process.stdout.write(`codec server at ${address} for ${origin}\n`);
    });
}
