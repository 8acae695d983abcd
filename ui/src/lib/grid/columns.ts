/**
 * The grid's columns: which are shown, in what order, how wide. A preference is a list of choices; an empty one means
 * the defaults, which fit what the connected providers say at all.
 */
import type { Column, ColumnChoice, ConnectionView, Language, ProviderDescription } from '$lib/backend/bindings';
import { language } from '$lib/settings/language.svelte';
import { m } from '$paraglide/messages.js';

type Description = {
	/** Width by default, in CSS pixels, by language: Russian needs more for its statuses, and a status needs room for how long it has stood and the mark of disagreement. */
	width: number | (Partial<Record<Language, number>> & { en: number });
	/** Numbers and dates stand at the end, so that they can be compared down the column. */
	align: 'start' | 'end';
	label: () => string;
};

/** Every column, in the default order: the first six are what fits beside an open card in a window of usual size. */
export const COLUMNS: Readonly<Record<Column, Description>> = {
	name: { width: { en: 178, ru: 164 }, align: 'start', label: m.column_name },
	email: { width: { en: 164, ru: 144 }, align: 'start', label: m.column_email },
	kyc: { width: { en: 172, ru: 196 }, align: 'start', label: m.column_kyc },
	provider: { width: 120, align: 'start', label: m.column_provider },
	trust: { width: { en: 76, ru: 88, es: 90 }, align: 'start', label: m.column_trust },
	paid: { width: 112, align: 'end', label: m.column_paid },
	phone: { width: 162, align: 'start', label: m.column_phone },
	payments: { width: 94, align: 'end', label: m.column_payments },
	last_payment: { width: 142, align: 'end', label: m.column_last_payment },
	created: { width: 126, align: 'end', label: m.column_created },
	blocked: { width: { en: 112, ru: 140 }, align: 'start', label: m.column_blocked },
	id: { width: 150, align: 'start', label: m.column_id },
};

/** A column's width by default, in the language in force. */
export function usualWidth(column: Column): number {
	const { width } = COLUMNS[column];
	return typeof width === 'number' ? width : (width[language()] ?? width.en);
}

export const COLUMN_ORDER = Object.keys(COLUMNS) as Column[];

/** The column that is always shown, first and pinned: it says whose row it is. */
export const PINNED: Column = 'name';

export const NARROWEST = 56;
export const WIDEST = 900;

/** Columns that a person sees empty in every row, because no connected provider says anything there. */
export function silentColumns(providers: readonly ProviderDescription[], connections: readonly ConnectionView[]): Set<Column> {
	const connected = providers.filter(({ id }) => connections.some(({ provider }) => provider === id));
	if (connected.length === 0) return new Set();
	return new Set(COLUMN_ORDER.filter((column) => column !== PINNED && connected.every(({ silentOn }) => silentOn.includes(column))));
}

const fitting = (width: number): number => Math.round(Math.min(Math.max(width, NARROWEST), WIDEST));

/**
 * The columns to show. A preference may come from an older or a newer version: what is not known or named twice is left
 * out, and the pinned column comes first whatever it says.
 */
export function shownColumns(preference: readonly ColumnChoice[], silent: ReadonlySet<Column>): ColumnChoice[] {
	const chosen: ColumnChoice[] = [];
	for (const { column, width } of preference) {
		if (!Object.hasOwn(COLUMNS, column) || chosen.some((choice) => choice.column === column)) continue;
		chosen.push({ column, width: Number.isFinite(width) ? fitting(width) : usualWidth(column) });
	}
	if (chosen.length === 0) {
		return COLUMN_ORDER.filter((column) => !silent.has(column)).map((column) => ({ column, width: usualWidth(column) }));
	}
	const pinned = chosen.find(({ column }) => column === PINNED) ?? { column: PINNED, width: usualWidth(PINNED) };
	return [pinned, ...chosen.filter(({ column }) => column !== PINNED)];
}

/** With another width for one column. */
export const withWidth = (shown: readonly ColumnChoice[], column: Column, width: number): ColumnChoice[] =>
	shown.map((choice) => (choice.column === column ? { column, width: fitting(width) } : choice));

/** With a column hidden, or shown at the end. The pinned column stays. */
export function withToggledColumn(shown: readonly ColumnChoice[], column: Column): ColumnChoice[] {
	if (column === PINNED) return [...shown];
	if (shown.some((choice) => choice.column === column)) return shown.filter((choice) => choice.column !== column);
	return [...shown, { column, width: usualWidth(column) }];
}

/** With a column one place nearer to the beginning (-1) or the end (1), never before the pinned one. */
export function withMoved(shown: readonly ColumnChoice[], column: Column, by: 1 | -1): ColumnChoice[] {
	const from = shown.findIndex((choice) => choice.column === column);
	const moved = [...shown];
	const [one, other] = [moved[from], moved[from + by]];
	if (one === undefined || other === undefined || from === 0 || from + by === 0) return moved;
	[moved[from], moved[from + by]] = [other, one];
	return moved;
}
