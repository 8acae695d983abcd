/**
 * Days as people type them. A field of the engine's own would take its order from the system, differ from system to system,
 * and make another day out of one that is typed or pasted as it stands in a list.
 */
import { formattingLocale } from '$lib/settings/language.svelte';

export type Day = { year: number; month: number; date: number };

const YEAR_FIRST = /^(\d{4})[-./ ](\d{1,2})[-./ ](\d{1,2})$/;
const YEAR_LAST = /^(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})$/;

/** Whether the language and the system's region write the month before the day. */
function monthFirst(): boolean {
	const parts = new Intl.DateTimeFormat(formattingLocale(), { day: 'numeric', month: 'numeric', year: 'numeric' }).formatToParts(0);
	const place = (type: string): number => parts.findIndex((part) => part.type === type);
	return place('month') < place('day');
}

function exists({ year, month, date }: Day): boolean {
	const at = new Date(year, month - 1, date);
	return year >= 1000 && at.getMonth() === month - 1 && at.getDate() === date;
}

/**
 * `2026-11-20`, or with the year last in the order of the language: `20.11.2026`, `20/11/2026`, `11/20/2026`. A day that can be
 * meant in one order only is taken for that. Null when it is no day.
 */
export function readDay(text: string): Day | null {
	const first = YEAR_FIRST.exec(text.trim());
	if (first !== null) {
		const [year, month, date] = first.slice(1).map(Number) as [number, number, number];
		const day = { year, month, date };
		return exists(day) ? day : null;
	}
	const last = YEAR_LAST.exec(text.trim());
	if (last === null) return null;
	const [one, other, year] = last.slice(1).map(Number) as [number, number, number];
	const orders = [
		{ year, month: other, date: one },
		{ year, month: one, date: other },
	];
	if (monthFirst()) orders.reverse();
	return orders.find(exists) ?? null;
}

/** `2026-11-20`, where this computer is: for names of files, which stand in their order then. */
export function isoDay(instant: number): string {
	const at = new Date(instant);
	const two = (part: number): string => String(part).padStart(2, '0');
	return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
