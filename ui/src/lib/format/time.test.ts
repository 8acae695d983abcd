import { describe, expect, it, vi } from 'vitest';
import { setLanguage } from '$lib/settings/language.svelte';
import { formatDays, formatDuration, formatExact, formatRelative, formatSeen } from './time';

/** Noon here, so that "today" and "yesterday" are the same in every time zone. */
const NOW = new Date(2026, 10, 20, 12, 0, 0).getTime();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function speaking(language: 'en' | 'ru' | 'es'): void {
	setLanguage(language);
	vi.spyOn(navigator, 'languages', 'get').mockReturnValue([]);
}

describe('when this computer saw something', () => {
	it.each(['en', 'ru', 'es'] as const)('is never a time to come, whatever the clock has been set to, in %s', (language) => {
		speaking(language);
		const unknown = formatSeen(NOW + DAY, NOW);
		expect(unknown).toMatch(/\(.+\)$/u);
		for (const ahead of [5 * MINUTE, HOUR, 400 * DAY]) expect(formatSeen(NOW + ahead, NOW)).toBe(unknown);
		for (const age of [-4 * MINUTE, 0, HOUR, 17 * DAY]) expect(formatSeen(NOW - age, NOW)).toBe(formatRelative(NOW - age, NOW));
	});
});

describe('a time, as seen from now', () => {
	it.each([
		[20_000, 'just now'],
		[-2 * MINUTE, 'just now'],
		[MINUTE, '1 min ago'],
		[59 * MINUTE + 59_000, '59 min ago'],
		[HOUR, '1 h ago'],
		[11 * HOUR, '11 h ago'],
	])('%d ms ago', (age, text) => {
		speaking('en');
		expect(formatRelative(NOW - age, NOW)).toBe(text);
	});

	it('is yesterday by the calendar, not by 24 hours', () => {
		speaking('en');
		expect(formatRelative(NOW - 13 * HOUR, NOW)).toBe('yesterday, 23:00');
		expect(formatRelative(NOW - 35 * HOUR, NOW)).toBe('yesterday, 01:00');
	});

	it('names the year only when it is another one', () => {
		speaking('en');
		expect(formatRelative(NOW - 17 * DAY, NOW)).toBe('3 Nov');
		expect(formatRelative(NOW - 400 * DAY, NOW)).toBe('16 Oct 2025');
	});

	it('is said in the language in force', () => {
		speaking('ru');
		expect(formatRelative(NOW - 2 * MINUTE, NOW)).toBe('2 мин назад');
		speaking('es');
		expect(formatRelative(NOW - 2 * MINUTE, NOW)).toBe('hace 2 min');
	});

	it('is shown as it came when it is no time', () => {
		expect(formatRelative('soon', NOW)).toBe('soon');
		expect(formatExact('soon')).toBe('soon');
	});

	it('has an exact form with seconds', () => {
		speaking('en');
		expect(formatExact(NOW)).toBe('20 Nov 2026, 12:00:00');
	});
});

describe('spans', () => {
	it('count whole days, and none under one', () => {
		expect(formatDays(NOW - DAY + 1, NOW)).toBeNull();
		expect(formatDays(NOW - DAY, NOW)).toBe('1 d');
		expect(formatDays(new Date(NOW - 4.9 * DAY).toISOString(), NOW)).toBe('4 d');
	});

	it.each([
		[0, '0 s'],
		[40, '40 s'],
		[59.2, '1 min'],
		[640, '11 min'],
		[3600, '1 h'],
		[7500, '2 h 5 min'],
	])('of %d seconds are rounded up', (seconds, text) => {
		expect(formatDuration(seconds)).toBe(text);
	});
});
