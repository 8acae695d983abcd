/** What is asked of the directory, and how a press on a filter or a header changes it. Pure values. */
import type { Column, Query, Sort, View } from '$lib/backend/bindings';

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
	listed: null,
	disagrees: null,
	created: { from: null, to: null },
	lastPayment: { from: null, to: null },
	statusChanged: { from: null, to: null },
	payments: { from: null, to: null },
	paid: { from: null, to: null },
	sort: [],
	byRelevance: false,
};

/** The filters that are no counted values. */
const UNCOUNTED = ['listed', 'disagrees', 'created', 'lastPayment', 'statusChanged', 'payments', 'paid'] as const;
type Uncounted = (typeof UNCOUNTED)[number];

/** What an uncounted filter asks, to be compared: what is left out asks nothing. */
function asked(query: Query, filter: Uncounted): string {
	const value = query[filter] ?? null;
	return typeof value === 'object' && value !== null ? `${value.from ?? ''}|${value.to ?? ''}` : String(value);
}

export const withText = (query: Query, text: string): Query => ({ ...query, text });
export const withView = (query: Query, view: View): Query => ({ ...query, view });
export const withConnection = (query: Query, connection: string | null): Query => ({ ...query, connection });

/** Adds a value to a filter, or takes it out again. */
export function withToggled(query: Query, facet: Facet, value: string): Query {
	const chosen = query[facet];
	return { ...query, [facet]: chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value] };
}

/** How rows are ordered when nothing else is asked. */
export const USUAL_SORT: Sort = { column: 'name', descending: false };

/** Most columns that an order is made of. */
export const MOST_SORTS = 4;

/** The columns of the order, the most important first; never empty. */
export const sortsOf = (query: Query): readonly Sort[] => (query.sort.length > 0 ? query.sort : [USUAL_SORT]);

/** Whether rows are ordered by how well they match. Without a text the columns order them, and the wish stays. */
export const isByRelevance = (query: Query): boolean => (query.byRelevance ?? false) && query.text.trim() !== '';

/** The columns by which rows are ordered on screen: none while they are ordered by relevance. */
export const shownSorts = (query: Query): readonly Sort[] => (isByRelevance(query) ? [] : sortsOf(query));

/** Orders by relevance whenever something is typed; the columns order equals, and everybody while nothing is typed. */
export const withRelevance = (query: Query): Query => ({ ...query, byRelevance: true });

const byColumns = (query: Query, sort: Sort[]): Query => ({ ...query, sort, byRelevance: false });

/** Sorts by a column alone: ascending at first, then the other way at each further press. */
export function withSort(query: Query, column: Column): Query {
	const [first, ...more] = shownSorts(query);
	const again = first?.column === column && more.length === 0;
	return byColumns(query, [{ column, descending: again && !first.descending }]);
}

/** Adds a column to the order as the least important; one that is there turns round, and then goes. */
export function withFurtherSort(query: Query, column: Column): Query {
	const sorts = [...shownSorts(query)];
	const at = sorts.findIndex((sort) => sort.column === column);
	const present = sorts[at];
	if (present === undefined) return sorts.length < MOST_SORTS ? byColumns(query, [...sorts, { column, descending: false }]) : query;
	if (!present.descending) sorts[at] = { column, descending: true };
	else if (sorts.length > 1) sorts.splice(at, 1);
	else sorts[at] = { column, descending: false };
	return byColumns(query, sorts);
}

/** Sorts by one column in a given direction. */
export const withSortAs = (query: Query, column: Column, descending: boolean): Query => byColumns(query, [{ column, descending }]);

/** Without any filter of the bar; text, view and order stay. */
export function withoutFacets(query: Query): Query {
	const { text, view } = query;
	return { ...withoutFilters(query), text, view };
}

/** Everybody in the chosen order. */
export const withoutFilters = (query: Query): Query => ({ ...EVERYBODY, sort: query.sort, byRelevance: query.byRelevance ?? false });

/** How many values, ranges and connections are chosen in the bar of filters. */
export const chosenFacets = (query: Query): number =>
	FACETS.reduce((sum, facet) => sum + query[facet].length, 0) +
	Number(query.connection !== null) +
	UNCOUNTED.filter((filter) => asked(query, filter) !== asked(EVERYBODY, filter)).length;

/** Whether anything narrows the result: text, a view, a connection or a facet. */
export const isFiltered = (query: Query): boolean => query.text.trim() !== '' || query.view !== 'all' || chosenFacets(query) > 0;

/** Whether two queries ask the same. */
export function asksTheSame(one: Query, other: Query): boolean {
	const sameValues = (facet: Facet): boolean =>
		one[facet].length === other[facet].length && one[facet].every((value, at) => value === other[facet][at]);
	return (
		one.text === other.text &&
		one.view === other.view &&
		one.connection === other.connection &&
		FACETS.every(sameValues) &&
		UNCOUNTED.every((filter) => asked(one, filter) === asked(other, filter)) &&
		sameOrder(one, other)
	);
}

function sameOrder(one: Query, other: Query): boolean {
	const [first, second] = [sortsOf(one), sortsOf(other)];
	const same = (sort: Sort, at: number): boolean => sort.column === second[at]?.column && sort.descending === second[at]?.descending;
	const relevance = (one.byRelevance ?? false) === (other.byRelevance ?? false);
	return relevance && first.length === second.length && first.every(same);
}

/** Whether two queries are about the same customers, in whatever order. */
export const asksForTheSame = (one: Query, other: Query): boolean =>
	asksTheSame({ ...one, sort: other.sort, byRelevance: other.byRelevance ?? false }, other);
