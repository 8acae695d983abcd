/** The filters beside the counted ones: a connection, ranges of time, number and amount, and two that are yes or no. Pure values. */
import type { CountRange, Query, TextRange } from '$lib/backend/bindings';
import { formatCount, formatDate, formatMoney, readDay } from '$lib/format';
import { m } from '$paraglide/messages.js';

export type RangeFilter = 'created' | 'lastPayment' | 'statusChanged' | 'payments' | 'paid';
export type YesNoFilter = 'listed' | 'disagrees';
/** Those that stand in the bar as chips. */
export type FilterId = 'connection' | RangeFilter | YesNoFilter;

export const RANGE_FILTERS: Readonly<Record<RangeFilter, { kind: 'day' | 'count' | 'amount'; label: () => string }>> = {
	created: { kind: 'day', label: m.filter_created },
	lastPayment: { kind: 'day', label: m.filter_last_payment },
	statusChanged: { kind: 'day', label: m.filter_status_changed },
	payments: { kind: 'count', label: m.filter_payments },
	paid: { kind: 'amount', label: m.filter_paid },
};

export const YES_NO_FILTERS: Readonly<Record<YesNoFilter, { yes: () => string; no: () => string }>> = {
	listed: { yes: m.filter_listed, no: m.filter_unlisted },
	disagrees: { yes: m.filter_disagrees, no: m.filter_agrees },
};

export const RANGE_IDS = Object.keys(RANGE_FILTERS) as RangeFilter[];
export const YES_NO_IDS = Object.keys(YES_NO_FILTERS) as YesNoFilter[];

/** A range as it is typed: text, empty for an end that is open. */
export type Typed = { from: string; to: string };

const isOpen = (range: TextRange | CountRange | undefined): boolean => (range?.from ?? null) === null && (range?.to ?? null) === null;

export const isRangeSet = (query: Query, filter: RangeFilter): boolean => !isOpen(query[filter]);
export const isYesNoSet = (query: Query, filter: YesNoFilter): boolean => (query[filter] ?? null) !== null;

/** The filters that are set, in their order. */
export const setFilters = (query: Query): FilterId[] => [
	...(query.connection === null ? [] : (['connection'] as const)),
	...RANGE_IDS.filter((filter) => isRangeSet(query, filter)),
	...YES_NO_IDS.filter((filter) => isYesNoSet(query, filter)),
];

export function withoutFilter(query: Query, filter: FilterId): Query {
	const isRange = Object.hasOwn(RANGE_FILTERS, filter);
	return { ...query, [filter]: isRange ? { from: null, to: null } : null };
}

const two = (number: number): string => String(number).padStart(2, '0');

/** The local day of a moment, as it can be typed in every language. */
function dayOf(moment: string): string {
	const at = new Date(moment);
	return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The first or the last moment of a local day; null when it is no day. */
function momentOf(typed: string, end: boolean): string | null {
	const day = readDay(typed);
	if (day === null) return null;
	const { year, month, date } = day;
	return (end ? new Date(year, month - 1, date, 23, 59, 59, 999) : new Date(year, month - 1, date)).toISOString();
}

/** What stands in the fields of a range. */
export function typedOf(query: Query, filter: RangeFilter): Typed {
	const range = query[filter];
	const text = (end: string | number | null | undefined): string =>
		end === null || end === undefined ? '' : RANGE_FILTERS[filter].kind === 'day' ? dayOf(String(end)) : String(end);
	return { from: text(range?.from), to: text(range?.to) };
}

function readEnd(text: string, kind: 'day' | 'count' | 'amount', end: boolean): string | number | null | undefined {
	const typed = text.trim();
	if (typed === '') return null;
	if (kind === 'day') return momentOf(typed, end) ?? undefined;
	if (kind === 'count') return /^\d{1,9}$/.test(typed) ? Number(typed) : undefined;
	const amount = typed.replace(',', '.');
	return /^\d{1,15}(\.\d{1,8})?$/.test(amount) ? amount : undefined;
}

/** Which field of a typed range cannot be read, or that its ends are the wrong way round. */
export type RangeFault = 'from' | 'to' | 'order';

/** The query with a typed range, or what is wrong with it. */
export function withTyped(query: Query, filter: RangeFilter, typed: Typed): { query: Query } | { fault: RangeFault } {
	const { kind } = RANGE_FILTERS[filter];
	const from = readEnd(typed.from, kind, false);
	const to = readEnd(typed.to, kind, true);
	if (from === undefined) return { fault: 'from' };
	if (to === undefined) return { fault: 'to' };
	const ordered = from === null || to === null || (kind === 'day' ? from <= to : Number(from) <= Number(to));
	return ordered ? { query: { ...query, [filter]: { from, to } } } : { fault: 'order' };
}

/** What a chip says of a range. */
export function rangeText(query: Query, filter: RangeFilter): string {
	const { kind, label } = RANGE_FILTERS[filter];
	const range = query[filter];
	const shown = (end: string | number): string => {
		if (kind === 'day') return formatDate(String(end));
		return kind === 'count' ? formatCount(Number(end)) : formatMoney({ amount: String(end), currency: '' });
	};
	const [from, to] = [range?.from ?? null, range?.to ?? null];
	const name = label();
	if (from !== null && to !== null) return m.filter_between({ name, from: shown(from), to: shown(to) });
	if (from !== null) return m.filter_from({ name, from: shown(from) });
	return m.filter_to({ name, to: to === null ? '' : shown(to) });
}
