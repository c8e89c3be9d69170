import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { addConnectionFlags, withFlags } from '../../connection/flags';
import { connectionSettings } from '../../connection/settings';

const profiles = `
[profile.default]
address = "temporal.example:7233"

[profile.site-b]
address = "b.example:7233"
namespace = "upgrades"
api_key = "secret"
[profile.site-b.tls]
server_name = "b.internal"
[profile.site-b.grpc_meta]
x-team = "cloud"
`;
const file = join(mkdtempSync(join(tmpdir(), 'osu-profiles-')), 'temporal.toml');
writeFileSync(file, profiles);
const env = { TEMPORAL_CONFIG_FILE: file };

function flagged(...words: string[]): NodeJS.ProcessEnv {
  const program = addConnectionFlags(new Command()).parse(words, { from: 'user' });
  return withFlags({ env, program });
}

describe('the settings of the connection to Temporal', () => {
  it('are those of one machine when nothing is said', () => {
    expect(connectionSettings({ HOME: '/nonexistent' })).toEqual({
      address: '127.0.0.1:7233',
      namespace: 'default',
      taskQueue: 'openstack-upgrade',
      access: {},
      codecKeyFile: null,
    });
  });

  it('come from the profile that is named, with TLS, API key and metadata', () => {
    expect(connectionSettings({ ...env, TEMPORAL_PROFILE: 'site-b' })).toMatchObject({
      address: 'b.example:7233',
      namespace: 'upgrades',
      access: { apiKey: 'secret', tls: { serverNameOverride: 'b.internal' }, metadata: { 'x-team': 'cloud' } },
    });
  });

  it('are overridden by the environment, and that by flags', () => {
    expect(connectionSettings({ ...env, TEMPORAL_ADDRESS: 'c.example:7233' }).address).toBe('c.example:7233');
    const said = flagged('--profile', 'site-b', '--address', 'd.example:7233', '-n', 'other', '--task-queue', 'q');
    expect(connectionSettings(said)).toMatchObject({ address: 'd.example:7233', namespace: 'other', taskQueue: 'q' });
  });

  it('turn TLS on by --tls or an API key', () => {
    expect(connectionSettings(flagged('--api-key', 'k')).access).toMatchObject({ tls: true, apiKey: 'k' });
    expect(connectionSettings(flagged('--tls')).access.tls).toBeTruthy();
  });

  it.each([
    [{ ...env, TEMPORAL_PROFILE: 'site-c' }, 'site-c'],
    [{ TEMPORAL_CONFIG_FILE: '/nowhere.toml' }, 'there is no file /nowhere.toml'],
    [{ ...env, TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere.pem' }, '/nowhere.pem'],
  ])('are refused in one sentence when something is named that is not there', (wrong, named) => {
    expect(() => connectionSettings(wrong)).toThrow(
      /^The settings of the connection to Temporal cannot be used: .*\.$/,
    );
    expect(() => connectionSettings(wrong)).toThrow(named);
  });
});
