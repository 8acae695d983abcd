/**
 * Times and spans in the chosen language. Times come as ISO 8601 in UTC and are shown in this computer's time zone.
 *
 * "Now" is passed in. Components take it from clock.svelte.ts, so that "2 min ago" does not stand still.
 */
import { formattingLocale } from '$lib/settings/language.svelte';
import { m } from '$paraglide/messages.js';

export type Instant = string | number | Date;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How far a time may be ahead and still be now: two computers' clocks rarely agree to the second. */
const AHEAD = 5 * MINUTE;

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
	const locale = formattingLocale();
	const id = `${locale} ${key}`;
	let known = cache.get(id);
	if (!known) {
		known = new Intl.DateTimeFormat(locale, options);
		cache.set(id, known);
	}
	return known;
}

function millis(instant: Instant): number {
	return instant instanceof Date ? instant.getTime() : typeof instant === 'number' ? instant : Date.parse(instant);
}

/** `3 Nov 2026, 10:14:05`: for titles and wherever the time is evidence. Text that is no time is shown as it came. */
export function formatExact(instant: Instant): string {
	const at = millis(instant);
	if (Number.isNaN(at)) return String(instant);
	return formatter('exact', { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

/** `3 Nov 2026`. */
export function formatDate(instant: Instant): string {
	const at = millis(instant);
	if (Number.isNaN(at)) return String(instant);
	return formatter('date', { dateStyle: 'medium' }).format(at);
}

/** `10:14`. */
export function formatClock(instant: Instant): string {
	const at = millis(instant);
	if (Number.isNaN(at)) return String(instant);
	return formatter('clock', { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** `just now`, `2 min ago`, `5 h ago`, `yesterday, 17:20`, `3 Nov`, `3 Nov 2025`. A time in the near future counts as now. */
export function formatRelative(instant: Instant, now: Instant): string {
	const at = millis(instant);
	const today = millis(now);
	if (Number.isNaN(at)) return String(instant);
	const age = today - at;
	if (age < MINUTE && age > -AHEAD) return m.time_just_now();
	if (age >= 0 && age < HOUR) return m.time_minutes_ago({ count: Math.floor(age / MINUTE) });
	const days = calendarDaysBetween(at, today);
	if (age >= 0 && days === 0) return m.time_hours_ago({ count: Math.floor(age / HOUR) });
	if (days === 1) return m.time_yesterday({ clock: formatClock(at) });
	if (new Date(at).getFullYear() === new Date(today).getFullYear()) {
		return formatter('day', { day: 'numeric', month: 'short' }).format(at);
	}
	return formatDate(at);
}

/** Whether this computer wrote a time that its clock, set back since, has not reached again. */
export function isAhead(seen: Instant, now: Instant): boolean {
	return millis(seen) - millis(now) >= AHEAD;
}

/**
 * When this computer saw something, as {@link formatRelative} says it; never a time to come. Where the clock was set back
 * since, nobody knows how long ago it was.
 */
export function formatSeen(seen: Instant, now: Instant): string {
	return isAhead(seen, now) ? m.time_clock_set_back() : formatRelative(seen, now);
}

/** `4 d`: whole days since then, or null under one day. For badges. */
export function formatDays(since: Instant, now: Instant): string | null {
	const days = Math.floor((millis(now) - millis(since)) / DAY);
	return days >= 1 ? m.time_days_short({ count: days }) : null;
}

/** `40 s`, `11 min`, `2 h 5 min`: how long something still takes. Rounded up, so that it never ends later than said. */
export function formatDuration(seconds: number): string {
	const whole = Math.max(0, Math.ceil(seconds));
	if (whole < 60) return m.time_seconds_short({ count: whole });
	const minutes = Math.ceil(whole / 60);
	if (minutes < 60) return m.time_minutes_short({ count: minutes });
	const hours = Math.floor(minutes / 60);
	const rest = minutes % 60;
	return rest === 0 ? m.time_hours_short({ count: hours }) : m.time_hours_minutes_short({ hours, minutes: rest });
}

/** Midnights between two times in this computer's time zone; summer time does not shift it. */
function calendarDaysBetween(from: number, to: number): number {
	const a = new Date(from);
	const b = new Date(to);
	return Math.round((Date.UTC(b.getFullYear(), b.getMonth(), b.getDate()) - Date.UTC(a.getFullYear(), a.getMonth(), a.getDate())) / DAY);
}
