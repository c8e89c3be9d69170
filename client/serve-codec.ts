import { once } from 'node:events';
import { createCodecServer } from '../codec';
import { codecOf } from '../connection/data-converter';
import { asUpgradeError } from './as-upgrade-error';
import { UpgradeError } from './upgrade-error';

/**
 * Serves the codec of a key file on this machine until the process ends.
 * @throws UpgradeError `badConnectionSettings` when the key file or the port cannot be used
 */
export async function serveCodec(options: {
  readonly keyFile: string | null;
  readonly port: number;
  readonly origin: string;
}): Promise<{ readonly address: string }> {
  const { keyFile, port, origin } = options;
  if (keyFile === null) throw unusable('There is no key file: name it in OSU_CODEC_KEYS or --codec-keys.');
  try {
    // Whoever asks it is shown everything, so it never listens to other machines.
    const server = createCodecServer({ codec: codecOf(keyFile), origin }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return { address: `http://127.0.0.1:${port}` };
  } catch (error) {
    if (isSystemError(error))
      throw unusable(`Port ${port} cannot be used: ${error.message}. Choose another with --port.`);
    throw asUpgradeError({ error, workflowId: '', address: '', taskQueue: '' });
  }
}

function unusable(message: string): UpgradeError {
  return new UpgradeError({ code: 'badConnectionSettings', message });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
