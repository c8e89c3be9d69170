import type { Gate } from '../../schema/decision';
import { onHost, sleep } from './upgrade-rig';

/** A server as HAProxy tells of it. */
interface Server {
  readonly name: string;
  readonly address: string;
  readonly sessions: number;
  readonly status: string;
}

/**
 * What the question of a step asks of a person, done to the lab's HAProxy as that person would: those named in it get
 * requests and are seen up; then the others get none, until no session is open there.
 */
export async function moveRequests({ question }: Pick<Gate, 'question'>): Promise<void> {
  const { open, closed } = wanted(question);
  await set({ addresses: open, state: 'ready' });
  await seenUp(open);
  await set({ addresses: closed, state: 'drain' });
  await until({ addresses: closed, holds: ({ sessions }) => sessions === 0 });
}

/** @param addresses as HAProxy names them: `192.0.2.11:8004` */
export function seenUp(addresses: readonly string[]): Promise<void> {
  return until({ addresses, holds: ({ status }) => status === 'UP' });
}

/** `- heat-api: requests to ctl2 (192.0.2.12:8004); none to ctl1 (192.0.2.11:8004)` */
function wanted(question: string): { readonly open: readonly string[]; readonly closed: readonly string[] } {
  const lines = question.split('\n').filter((line) => line.startsWith('- '));
  const addresses = (texts: readonly string[]): string[] =>
    texts.flatMap((text) => [...text.matchAll(/\(([\d.]+:\d+)\)/g)].map(([, address]) => address ?? ''));
  const open = addresses(lines.map((line) => line.split('; none to ')[0] ?? ''));
  if (open.length === 0) throw new Error(`nobody could act on: ${question}`);
  return { open, closed: addresses(lines.map((line) => line.split('; none to ')[1] ?? '')) };
}

async function set(options: { addresses: readonly string[]; state: 'ready' | 'drain' }): Promise<void> {
  for (const { name } of await serversAt(options.addresses)) await ask(`set server ${name} state ${options.state}`);
}

async function until(options: { addresses: readonly string[]; holds: (server: Server) => boolean }): Promise<void> {
  const { addresses, holds } = options;
  const giveUpAt = Date.now() + 180_000;
  for (;;) {
    const servers = await serversAt(addresses);
    if (servers.every(holds)) return;
    if (Date.now() > giveUpAt) throw new Error(`HAProxy does not come to it: ${JSON.stringify(servers)}`);
    await sleep(500);
  }
}

async function serversAt(addresses: readonly string[]): Promise<readonly Server[]> {
  const [header = '', ...rows] = (await ask('show stat -1 4 -1')).trim().split('\n');
  const columns = header.replace('# ', '').split(',');
  const found = rows.map((row): Server => {
    const fields = row.split(',');
    const field = (column: string): string => fields[columns.indexOf(column)] ?? '';
    return {
      name: `${field('pxname')}/${field('svname')}`,
      address: field('addr'),
      sessions: Number(field('scur')),
      status: field('status'),
    };
  });
  const wished = found.filter(({ address }) => addresses.includes(address));
  if (wished.length !== addresses.length)
    throw new Error(`HAProxy has ${JSON.stringify(found)}, and not all of ${addresses.join(', ')}`);
  return wished;
}

function ask(command: string): Promise<string> {
  return onHost({ host: 'lb1', command: `echo '${command}' | socat stdio /run/haproxy/admin.sock` });
}
