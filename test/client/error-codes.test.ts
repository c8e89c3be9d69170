import { ServiceError } from '@temporalio/client';
import { ValueError } from '@temporalio/common';
import { asUpgradeError } from '../../client/as-upgrade-error';
import { errorCodes, type UpgradeErrorCode } from '../../client/error-codes';
import { UpgradeError } from '../../client/upgrade-error';
import { currentPage, readPage } from '../../tools/client-docs/sections';

const asked = { workflowId: 'cedar.all.full.bobcat', address: '127.0.0.1:7233', taskQueue: 'openstack-upgrade' };

function translated(error: unknown): UpgradeError {
  const told = asUpgradeError({ ...asked, error });
  if (!(told instanceof UpgradeError)) throw new Error('it was taken for a bug', { cause: told });
  return told;
}

/** As the SDK throws it; a fake of what gRPC puts below. */
function refusedByServer(code: number): ServiceError {
  const cause = Object.assign(new Error(`${code} SOMETHING: no more`), { code, details: 'no more', metadata: {} });
  return new ServiceError('Failed to query Workflow', { cause });
}

describe('the codes of errors', () => {
  it('stand in docs/client.md as the client has them', () => {
    expect(readPage()).toBe(currentPage());
  });

  it.each<[number, UpgradeErrorCode]>([
    [1, 'serverUnreachable'],
    [2, 'serverFailed'],
    [3, 'serverRefused'],
    [4, 'noWorker'],
    [7, 'notAuthorized'],
    [8, 'serverBusy'],
    [9, 'runNotReady'],
    [12, 'serverRefused'],
    [13, 'serverFailed'],
    [14, 'serverUnreachable'],
    [16, 'notAuthorized'],
  ])('gRPC %d is %s, with its cause and whether it may succeed later', (number, code) => {
    const cause = refusedByServer(number);
    expect(translated(cause)).toMatchObject({ code, cause, retryable: errorCodes[code].retryable });
    expect(translated(cause).message).not.toContain('\n');
  });

  it('tell a client without the key that the data is encrypted', () => {
    const error = translated(new ValueError('Unknown encoding: binary/encrypted'));
    expect(error.code).toBe('payloadUnreadable');
    expect(error.message).toContain('OSU_CODEC_KEYS');
  });

  it('are not given to a bug, whose stack is wanted', () => {
    const bug = new TypeError('a bug');
    expect(asUpgradeError({ ...asked, error: bug })).toBe(bug);
  });
});
