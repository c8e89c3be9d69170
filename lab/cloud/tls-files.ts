import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../machine/command';
import { addressFamilies, hostAddress } from '../machine/hosts';
import { labNetwork } from '../machine/instance';
import { labPlaces } from '../machine/places';

const days = '3650';

/** The lab's own CA, as a company has one: nobody trusts it who was not told to. */
export function tlsAuthority(): string {
  return readFileSync(fileOf('ca.crt'), 'utf8');
}

/** Certificate and key of the load balancer in one text, as HAProxy takes it (`crt`). */
export function tlsOfBalancer(): string {
  return `${readFileSync(fileOf(`${balancer}.crt`), 'utf8')}${readFileSync(fileOf(`${balancer}.key`), 'utf8')}`;
}

/** Made once per lab directory, the certificate once per network, before the first host boots. */
export async function makeTlsFiles(): Promise<void> {
  mkdirSync(labPlaces().keys, { recursive: true, mode: 0o700 });
  if (!existsSync(fileOf('ca.crt'))) await makeAuthority();
  if (!existsSync(fileOf(`${balancer}.crt`))) await makeCertificate();
}

const fileOf = (name: string): string => join(labPlaces().keys, `tls-${name}`);

const balancer = `lb1-${labNetwork}`;

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const;

async function makeAuthority(): Promise<void> {
  const subject = ['-subj', '/O=OpenStack lab/CN=The CA of this lab'] as const;
  const extensions = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'] as const;
  const files = ['-keyout', fileOf('ca.key'), '-out', fileOf('ca.crt')] as const;
  await must({ argv: ['openssl', 'req', '-x509', '-days', days, ...newKey, ...subject, ...extensions, ...files] });
}

/** For the name and for the address of either kind: users write one or the other into their URLs. */
async function makeCertificate(): Promise<void> {
  const names = ['DNS:lb1', ...addressFamilies.map((family) => `IP:${hostAddress({ host: 'lb1', family })}`)];
  const wish = fileOf(`${balancer}.csr`);
  const extensions = fileOf(`${balancer}.ext`);
  writeFileSync(extensions, `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth\n`);
  const key = fileOf(`${balancer}.key`);
  await must({ argv: ['openssl', 'req', '-new', ...newKey, '-subj', '/CN=lb1', '-keyout', key, '-out', wish] });
  const by = ['-CA', fileOf('ca.crt'), '-CAkey', fileOf('ca.key'), '-CAcreateserial', '-days', days] as const;
  const out = ['-extfile', extensions, '-out', fileOf(`${balancer}.crt`)] as const;
  await must({ argv: ['openssl', 'x509', '-req', '-in', wish, ...by, ...out] });
  for (const file of [wish, extensions]) rmSync(file);
}
