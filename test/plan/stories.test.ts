import { join } from 'node:path';
import { renderStories } from '../../plan/render/story';
import { expectGolden } from '../support/golden';
import { drawings } from './toy-plans';

/** What an operator reads first, for every order and shape of cloud, forward and back. The commands of each step: steps.test.ts. */
describe('the story of a plan', () => {
  it.each(Object.entries(drawings))('%s reads as its golden file', (name, draw) => {
    const { forward = 'Nothing happens.', rollback = null, restore = null } = renderStories(draw()) ?? {};
    expectGolden({
      file: join(__dirname, 'stories', `${name}.txt`),
      text: `${forward}


${rollback ?? 'No rollback.'}
${restore === null ? '' : `\n\n${restore}\n`}`,
    });
  });
});
