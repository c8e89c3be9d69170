import { readFileSync } from 'node:fs';

/** This package's version, as its package.json says; found by name, because dist/ lies deeper than the sources. */
export function packageVersion(): string {
  const file = require.resolve('temporal-openstack-upgrade/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}
