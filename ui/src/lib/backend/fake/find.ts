/** Search, filters, facets and order over the invented customers: plain, and right enough to develop against. */
import type { Column, CustomerRow, FacetCount, Facets, Highlights, Query, View } from '../bindings';
import { foldCharacter, kycFacet, type Person, trustFacet } from './people';

const DAY = 86_400_000;

type Folded = { text: string; origin: number[] };

/** Folded text with the UTF-16 position in the original that each of its units came from. */
function folded(text: string, digitsOnly: boolean): Folded {
	let out = '';
	const origin: number[] = [];
	let at = 0;
	for (const character of text) {
		const part = digitsOnly ? character.replace(/\D/g, '') : foldCharacter(character);
		for (let unit = 0; unit < part.length; unit++) origin.push(at);
		out += part;
		at += character.length;
	}
	origin.push(text.length);
	return { text: out, origin };
}

function words(text: string): { plain: string; digits: string }[] {
	return text
		.trim()
		.split(/\s+/)
		.filter(Boolean)
		.map((word) => ({ plain: folded(word, false).text, digits: word.replace(/\D/g, '') }))
		.filter((word) => word.plain !== '');
}

/** The ranges of every word in a row, or null when a word is nowhere in it. */
export function match(row: CustomerRow, text: string): Highlights | null {
	const highlights: Highlights = { name: [], email: [], phone: [], id: [] };
	for (const word of words(text)) {
		let found = false;
		for (const field of ['name', 'email', 'phone', 'id'] as const) {
			const shown = row[field];
			if (!shown) continue;
			const phone = field === 'phone';
			const needle = phone ? word.digits : word.plain;
			if (!needle) continue;
			const hay = folded(shown, phone);
			for (let at = hay.text.indexOf(needle); at >= 0; at = hay.text.indexOf(needle, at + needle.length)) {
				const start = hay.origin[at] ?? 0;
				const last = hay.origin[at + needle.length - 1] ?? start;
				const end = last + String.fromCodePoint(shown.codePointAt(last) ?? 32).length;
				highlights[field].push([start, end]);
				found = true;
			}
		}
		if (!found) return null;
	}
	return highlights;
}

const IN_VIEW: Record<View, (row: CustomerRow, now: number) => boolean> = {
	all: () => true,
	needs_review: (row) => row.disagrees || row.kyc.status === 'unknown',
	pending_long: (row, now) => row.kyc.status === 'pending' && now - Date.parse(row.kycSince) > 3 * DAY,
	rejected_paying: (row) => row.kyc.status === 'rejected' && (row.payments ?? 0) > 0,
	disagree: (row) => row.disagrees,
	blocked: (row) => row.blocked === 'yes',
};

export function inView(row: CustomerRow, view: View, now: number): boolean {
	return IN_VIEW[view](row, now);
}

const FACETS = ['kyc', 'provider', 'trust', 'blocked'] as const;

const FACET_OF: Record<(typeof FACETS)[number], (row: CustomerRow) => string> = {
	kyc: (row) => kycFacet(row.kyc),
	provider: (row) => row.provider,
	trust: (row) => trustFacet(row.trust),
	blocked: (row) => row.blocked,
};

type Ends<T> = { from: T | null; to: T | null } | undefined;

function within<T extends string | number>(value: T | null, range: Ends<T>): boolean {
	const [from, to] = [range?.from ?? null, range?.to ?? null];
	if (from === null && to === null) return true;
	return value !== null && (from === null || value >= from) && (to === null || value <= to);
}

function inRanges(row: CustomerRow, query: Query): boolean {
	const number = (text: string | null | undefined): number | null => (text ? Number(text) : null);
	return (
		((query.listed ?? null) === null || query.listed === (row.unlistedSince === null)) &&
		((query.disagrees ?? null) === null || query.disagrees === row.disagrees) &&
		within(row.created, query.created) &&
		within(row.lastPayment, query.lastPayment) &&
		within(row.kycSince, query.statusChanged) &&
		within(row.payments, query.payments) &&
		within(number(row.paid?.amount), { from: number(query.paid?.from), to: number(query.paid?.to) })
	);
}

export type Found = { person: Person; highlights: Highlights };

export function find(people: readonly Person[], query: Query, now: number): { found: Found[]; facets: Facets } {
	const counts = { kyc: new Map<string, number>(), provider: new Map(), trust: new Map(), blocked: new Map() };
	const found: Found[] = [];
	for (const person of people) {
		const { row } = person;
		if (query.connection !== null && row.connection !== query.connection) continue;
		if (!inView(row, query.view, now)) continue;
		if (!inRanges(row, query)) continue;
		const highlights = match(row, query.text);
		if (!highlights) continue;
		const misses = FACETS.filter((facet) => query[facet].length > 0 && !query[facet].includes(FACET_OF[facet](row)));
		for (const facet of FACETS) {
			if (misses.some((missed) => missed !== facet)) continue;
			const value = FACET_OF[facet](row);
			counts[facet].set(value, (counts[facet].get(value) ?? 0) + 1);
		}
		if (misses.length === 0) found.push({ person, highlights });
	}
	const inOrder = order(query.sort);
	const graded = query.byRelevance && words(query.text).length > 0;
	found.sort((a, b) => (graded ? grade(a) - grade(b) : 0) || inOrder(a, b));
	const listed = (facet: (typeof FACETS)[number]): FacetCount[] => {
		for (const value of query[facet]) if (!counts[facet].has(value)) counts[facet].set(value, 0);
		return [...counts[facet]].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
	};
	return { found, facets: { kyc: listed('kyc'), provider: listed('provider'), trust: listed('trust'), blocked: listed('blocked') } };
}

/** 0 where only whole words match, 1 where beginnings do, else 2. */
function grade({ person, highlights }: Found): number {
	const wordly = (text: string, at: number): boolean => /[\p{L}\p{N}]/u.test(text[at] ?? ' ');
	let worst = 0;
	for (const field of ['name', 'email', 'phone', 'id'] as const) {
		const text = person.row[field] ?? '';
		for (const [start, end] of highlights[field]) worst = Math.max(worst, wordly(text, start - 1) ? 2 : wordly(text, end) ? 1 : 0);
	}
	return worst;
}

const KEY: Record<Column, (row: CustomerRow) => string | number | null> = {
	name: (row) => row.name?.toLowerCase() ?? null,
	email: (row) => row.email,
	phone: (row) => row.phone,
	kyc: (row) => row.kyc.status,
	provider: (row) => row.provider,
	trust: (row) => row.trust?.level ?? null,
	payments: (row) => row.payments,
	paid: (row) => (row.paid ? Number(row.paid.amount) : null),
	last_payment: (row) => row.lastPayment,
	created: (row) => row.created,
	blocked: (row) => row.blocked,
	id: (row) => row.id,
};

/** Missing values stand last in both directions; ties go by the next column, and keep the book's order at last. */
function order(sorts: Query['sort']): (a: Found, b: Found) => number {
	const wanted = sorts.length > 0 ? sorts : [{ column: 'name' as const, descending: false }];
	return (a, b) => {
		for (const { column, descending } of wanted) {
			const left = KEY[column](a.person.row);
			const right = KEY[column](b.person.row);
			if (left === right) continue;
			if (left === null || right === null) return Number(left === null) - Number(right === null);
			return left < right === descending ? 1 : -1;
		}
		return a.person.row.key - b.person.row.key;
	};
}
