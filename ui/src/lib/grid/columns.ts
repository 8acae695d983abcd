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

/** A column on screen: what was chosen, with nothing left open. */
export type ShownColumn = Required<ColumnChoice>;

const usual = (column: Column): ShownColumn => ({ column, width: usualWidth(column), pinned: column === PINNED });

/** Pinned columns first, in their order, the one that says whose row it is before all. */
function arranged(columns: readonly ShownColumn[]): ShownColumn[] {
	const first = columns.find(({ column }) => column === PINNED) ?? usual(PINNED);
	const others = columns.filter(({ column }) => column !== PINNED);
	return [{ ...first, pinned: true }, ...others.filter(({ pinned }) => pinned), ...others.filter(({ pinned }) => !pinned)];
}

/**
 * The columns to show. A preference may come from an older or a newer version: what is not known or named twice is left
 * out, and pinned columns come first whatever it says.
 */
export function shownColumns(preference: readonly ColumnChoice[], silent: ReadonlySet<Column>): ShownColumn[] {
	const chosen: ShownColumn[] = [];
	for (const { column, width, pinned = false } of preference) {
		if (!Object.hasOwn(COLUMNS, column) || chosen.some((choice) => choice.column === column)) continue;
		chosen.push({ column, width: Number.isFinite(width) ? fitting(width) : usualWidth(column), pinned });
	}
	if (chosen.length === 0) return COLUMN_ORDER.filter((column) => !silent.has(column)).map(usual);
	return arranged(chosen);
}

/** With another width for one column. */
export const withWidth = (shown: readonly ShownColumn[], column: Column, width: number): ShownColumn[] =>
	shown.map((choice) => (choice.column === column ? { ...choice, width: fitting(width) } : choice));

/** With a column hidden, or shown at the end. The column that says whose row it is stays. */
export function withToggledColumn(shown: readonly ShownColumn[], column: Column): ShownColumn[] {
	if (column === PINNED) return [...shown];
	if (shown.some((choice) => choice.column === column)) return shown.filter((choice) => choice.column !== column);
	return [...shown, usual(column)];
}

/** With a column pinned behind the other pinned ones, or no longer pinned and before those that are not. */
export function withTogglePinned(shown: readonly ShownColumn[], column: Column): ShownColumn[] {
	if (column === PINNED) return [...shown];
	const found = shown.find((choice) => choice.column === column);
	if (found === undefined) return [...shown];
	const others = shown.filter((choice) => choice !== found);
	const pinned = others.filter((choice) => choice.pinned);
	const free = others.filter((choice) => !choice.pinned);
	return [...pinned, { ...found, pinned: !found.pinned }, ...free];
}

/** The places that a column may be moved to: among the pinned ones or among the others, never before the first. */
function placesOf(shown: readonly ShownColumn[], column: Column): { first: number; last: number } | null {
	const found = shown.find((choice) => choice.column === column);
	if (found === undefined || column === PINNED) return null;
	const pinned = shown.filter((choice) => choice.pinned).length;
	return found.pinned ? { first: 1, last: pinned - 1 } : { first: pinned, last: shown.length - 1 };
}

/** With a column at another place, or as near to it as it may go. */
export function withColumnAt(shown: readonly ShownColumn[], column: Column, place: number): ShownColumn[] {
	const places = placesOf(shown, column);
	const from = shown.findIndex((choice) => choice.column === column);
	const moved = [...shown];
	if (places === null) return moved;
	const [choice] = moved.splice(from, 1);
	if (choice !== undefined) moved.splice(Math.min(Math.max(place, places.first), places.last), 0, choice);
	return moved;
}

/** With a column one place nearer to the beginning (-1) or the end (1). */
export function withMoved(shown: readonly ShownColumn[], column: Column, by: 1 | -1): ShownColumn[] {
	const from = shown.findIndex((choice) => choice.column === column);
	return from < 0 ? [...shown] : withColumnAt(shown, column, from + by);
}

/** Whether a column may be moved one place in a direction. */
export function canMove(shown: readonly ShownColumn[], column: Column, by: 1 | -1): boolean {
	const places = placesOf(shown, column);
	const to = shown.findIndex((choice) => choice.column === column) + by;
	return places !== null && to >= places.first && to <= places.last;
}
