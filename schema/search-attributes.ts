/** Search attributes of every run, all of type Keyword: what lists and alerts filter by. */
export const searchAttributeNames = ['OsuCloud', 'OsuWaiting', 'OsuPhase'] as const;

export type SearchAttributeName = (typeof searchAttributeNames)[number];
