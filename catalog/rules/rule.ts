/** What a step, a finding or a comment cites: why something is done as it is. */
export interface Rule {
  /** At most eight words, printed beside the id. */
  readonly words: string;
  readonly sentence: string;
  readonly source: Source;
}

/** Where a rule can be read, or what was seen that no public text says. */
export type Source =
  | { readonly kind: 'text'; readonly title: string; readonly url: string; readonly section: string | null }
  | { readonly kind: 'observed'; readonly what: string };

/** Printed copies of this guide have lost its lists; the published source has them. */
export const heatGuide = (section: string): Source => ({
  kind: 'text',
  title: 'Heat upgrade guide',
  url: 'https://docs.openstack.org/heat/latest/operating_guides/upgrades_guide.html',
  section,
});

export const opsGuide = (section: string): Source => ({
  kind: 'text',
  title: 'OpenStack Operations Guide, Upgrades',
  url: 'https://docs.openstack.org/operations-guide/ops-upgrades.html',
  section,
});

/** Newton's: later trees have no upgrade guide (removed in January 2018), so newer eras are read from the code. */
export const ceilometerGuide = (section: string): Source => ({
  kind: 'text',
  title: 'Ceilometer upgrade guide',
  url: 'https://docs.openstack.org/ceilometer/7.1.0/install/upgrade.html',
  section,
});

export const ceilometerSpec = (section: string): Source => ({
  kind: 'text',
  title: 'Ceilometer rolling-upgrades specification',
  url: 'https://specs.openstack.org/openstack/telemetry-specs/specs/mitaka/rolling-upgrades.html',
  section,
});

export const manual = (title: string, url: string): Source => ({ kind: 'text', title, url, section: null });

export const observed = (what: string): Source => ({ kind: 'observed', what });
