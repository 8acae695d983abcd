/** What is asked of the directory, and how a press on a filter or a header changes it. Pure values. */
import type { Column, Query, View } from '$lib/backend/bindings';

/** The filters that are counted beside their values. */
export const FACETS = ['kyc', 'provider', 'trust', 'blocked'] as const;
export type Facet = (typeof FACETS)[number];

/** Everybody, by name. */
export const EVERYBODY: Query = {
	text: '',
	view: 'all',
	connection: null,
	kyc: [],
	provider: [],
	trust: [],
	blocked: [],
	sort: { column: 'name', descending: false },
};

export const withText = (query: Query, text: string): Query => ({ ...query, text });
export const withView = (query: Query, view: View): Query => ({ ...query, view });
export const withConnection = (query: Query, connection: string | null): Query => ({ ...query, connection });

/** Adds a value to a filter, or takes it out again. */
export function withToggled(query: Query, facet: Facet, value: string): Query {
	const chosen = query[facet];
	return { ...query, [facet]: chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value] };
}

/** Sorts by a column: ascending at first, then the other way at each further press. */
export function withSort(query: Query, column: Column): Query {
	const again = query.sort.column === column;
	return { ...query, sort: { column, descending: again && !query.sort.descending } };
}

/** Without any facet filter; text, view, connection and order stay. */
export const withoutFacets = (query: Query): Query => ({ ...query, kyc: [], provider: [], trust: [], blocked: [] });

/** Everybody in the chosen order. */
export const withoutFilters = (query: Query): Query => ({ ...EVERYBODY, sort: query.sort });

/** How many facet values are chosen. */
export const chosenFacets = (query: Query): number => FACETS.reduce((sum, facet) => sum + query[facet].length, 0);

/** Whether anything narrows the result: text, a view, a connection or a facet. */
export const isFiltered = (query: Query): boolean =>
	query.text.trim() !== '' || query.view !== 'all' || query.connection !== null || chosenFacets(query) > 0;

/** Whether two queries ask the same. */
export function asksTheSame(one: Query, other: Query): boolean {
	const sameValues = (facet: Facet): boolean =>
		one[facet].length === other[facet].length && one[facet].every((value, at) => value === other[facet][at]);
	return (
		one.text === other.text &&
		one.view === other.view &&
		one.connection === other.connection &&
		one.sort.column === other.sort.column &&
		one.sort.descending === other.sort.descending &&
		FACETS.every(sameValues)
	);
}
