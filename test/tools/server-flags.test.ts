import { serverFlags, type ServerSettings } from '../../tools/temporal/server-flags';

const settings: ServerSettings = {
  databaseFile: '/srv/dev.db',
  ports: { grpc: 7233, http: 7243, ui: 8233 },
  logLevel: 'warn',
  knowsNewsFlag: true,
};

describe("the dev server's arguments", () => {
  it('keep it on this machine, its state in one file', () => {
    expect(serverFlags(settings).join(' ')).toBe(
      'server start-dev --ip 127.0.0.1 --ui-ip 127.0.0.1 --port 7233 --http-port 7243 --ui-port 8233 ' +
        '--db-filename /srv/dev.db --sqlite-pragma journal_mode=wal --sqlite-pragma synchronous=1 --ui-disable-news-fetch ' +
        '--search-attribute OsuCloud=Keyword --search-attribute OsuWaiting=Keyword --search-attribute OsuPhase=Keyword ' +
        '--log-level warn',
    );
  });

  it('leave out the news flag for a CLI that would end at it', () => {
    expect(serverFlags({ ...settings, knowsNewsFlag: false })).not.toContain('--ui-disable-news-fetch');
  });
});
