import { once } from 'node:events';
import { createCodecServer, createEncryptionCodec, readKeyFile } from '../codec';
import { UpgradeError } from './upgrade-error';

/** Serves the codec of a key file on this machine until the process ends. */
export async function serveCodec(options: {
  readonly keyFile: string | null;
  readonly port: number;
  readonly origin: string;
}): Promise<{ readonly address: string }> {
  const { keyFile, port, origin } = options;
  if (keyFile === null)
    throw new UpgradeError({
      code: 'badConnectionSettings',
      message: 'There is no key file: name it in OSU_CODEC_KEYS or --codec-keys.',
    });
  const codec = createEncryptionCodec(readKeyFile(keyFile));
  // Whoever asks it is shown everything, so it never listens to other machines.
  const server = createCodecServer({ codec, origin }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { address: `http://127.0.0.1:${port}` };
}
