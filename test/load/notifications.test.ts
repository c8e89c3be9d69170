import { missingFrom } from '../../lab/load/notifications';

describe('notifications that a consumer should have heard', () => {
  it('are the start and the end of every operation that a user saw complete', () => {
    const heard = ['create.start web', 'create.end web', 'delete.start web', 'create.start db'];
    expect(missingFrom({ heard, completed: ['create web', 'delete web', 'create db'] })).toEqual([
      'delete.end web',
      'create.end db',
    ]);
    expect(missingFrom({ heard: [], completed: [] })).toEqual([]);
  });
});
