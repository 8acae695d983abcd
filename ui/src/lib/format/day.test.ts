import { describe, expect, it, vi } from 'vitest';
import { setLanguage } from '$lib/settings/language.svelte';
import { isoDay, readDay } from './day';

function speaking(language: 'en' | 'ru' | 'es', ...system: string[]): void {
	setLanguage(language);
	vi.spyOn(navigator, 'languages', 'get').mockReturnValue(system);
}

const read = (text: string): string | null => {
	const day = readDay(text);
	return day && `${day.year}-${day.month}-${day.date}`;
};

describe('a typed day', () => {
	it('is read with the year first in any language', () => {
		speaking('ru');
		for (const text of ['2026-11-02', ' 2026.11.2 ', '2026/11/02']) expect(read(text)).toBe('2026-11-2');
	});

	it('is read with the year last as the language and the region have it', () => {
		speaking('ru');
		expect(read('2.11.2026')).toBe('2026-11-2');
		speaking('es');
		expect(read('02/11/2026')).toBe('2026-11-2');
		speaking('en', 'en-US');
		expect(read('11/02/2026')).toBe('2026-11-2');
		speaking('en', 'en-GB');
		expect(read('02/11/2026')).toBe('2026-11-2');
	});

	it('is not refused when only the other order gives a day', () => {
		speaking('en', 'en-US');
		expect(read('31.12.2026')).toBe('2026-12-31');
		speaking('ru');
		expect(read('12/31/2026')).toBe('2026-12-31');
	});

	it('is none when it does not exist', () => {
		for (const text of ['', 'soon', '2026-02-30', '2026-13-01', '31.02.2026', '1.1.26', '0000-01-01', '2026-1', '20261101']) {
			expect(read(text), text).toBeNull();
		}
	});
});

describe('a day in the name of a file', () => {
	it('is that of this computer, in an order that sorts', () => {
		expect(isoDay(new Date(2026, 0, 5, 23, 59).getTime())).toBe('2026-01-05');
		expect(isoDay(new Date(2026, 10, 20).getTime())).toBe('2026-11-20');
	});
});
