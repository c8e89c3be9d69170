import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';

/** Files in PEM, as an operator names them. */
export interface Certificates {
  readonly authority: string;
  /** Signs nobody's certificate here. */
  readonly otherAuthority: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/**
 * What stands before a Temporal server that asks for client certificates, as Envoy or nginx would; the dev server
 * cannot do it itself. TLS is real on both sides, and what comes through goes to the real server.
 */
export async function startMtlsProxy({ address }: { readonly address: string }): Promise<{
  readonly address: string;
  readonly certificates: Certificates;
  readonly close: () => void;
}> {
  const directory = mkdtempSync(join(tmpdir(), 'osu-mtls-'));
  const file = (name: string): string => join(directory, name);
  for (const name of ['authority', 'other']) selfSigned({ directory, name });
  for (const name of ['server', 'client']) signed({ directory, name });
  const [host = '', port = ''] = address.split(':');
  const proxy = createServer(
    {
      cert: readFileSync(file('server.pem')),
      key: readFileSync(file('server.key')),
      ca: readFileSync(file('authority.pem')),
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ['h2'],
    },
    (socket) => {
      const behind = connect(Number(port), host);
      socket.pipe(behind).pipe(socket);
      const cut = (): void => {
        socket.destroy();
        behind.destroy();
      };
      for (const end of [socket, behind]) end.on('error', cut);
    },
  );
  proxy.on('tlsClientError', () => undefined);
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    certificates: {
      authority: file('authority.pem'),
      otherAuthority: file('other.pem'),
      clientCertificate: file('client.pem'),
      clientKey: file('client.key'),
    },
    close: () => void proxy.close(),
  };
}

type Certificate = { readonly directory: string; readonly name: string };

function selfSigned({ directory, name }: Certificate): void {
  openssl(directory, ['req', '-x509', '-days', '1', '-subj', `/CN=${name}`, ...key(name), '-out', `${name}.pem`]);
}

function signed({ directory, name }: Certificate): void {
  openssl(directory, ['req', '-subj', `/CN=${name}`, ...key(name), '-out', `${name}.csr`]);
  writeFileSync(join(directory, 'names'), 'subjectAltName=DNS:temporal.internal,IP:127.0.0.1');
  const by = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-extfile', 'names'];
  openssl(directory, ['x509', '-req', '-days', '1', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`]);
}

function key(name: string): readonly string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
}

function openssl(directory: string, args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
}
