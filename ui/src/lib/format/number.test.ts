import { describe, expect, it, vi } from 'vitest';
import { setLanguage } from '$lib/settings/language.svelte';
import { formatCount, formatMoney, formatShare } from './number';

/** The spaces that locales put between digits, made plain. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

function speaking(language: 'en' | 'ru' | 'es', ...system: string[]): void {
	setLanguage(language);
	vi.spyOn(navigator, 'languages', 'get').mockReturnValue(system);
}

describe('counts', () => {
	it('are grouped as the language has it', () => {
		speaking('en');
		expect(formatCount(1_284_000)).toBe('1,284,000');
		speaking('ru');
		expect(plain(formatCount(1_284_000))).toBe('1 284 000');
		speaking('es');
		expect(formatCount(1_284_000)).toBe('1.284.000');
	});

	it('follow the system’s region within the language', () => {
		speaking('es', 'es-MX');
		expect(formatCount(48_100)).toBe('48,100');
		speaking('es', 'en-US');
		expect(formatCount(48_100)).toBe('48.100');
	});

	it('never round a share up to all', () => {
		speaking('en');
		expect(formatShare(0.9999)).toBe('99%');
		expect(formatShare(1)).toBe('100%');
		expect(formatShare(1.2)).toBe('100%');
	});
});

describe('money', () => {
	it('carries its currency', () => {
		speaking('en');
		expect(formatMoney({ amount: '1204.5', currency: 'EUR' })).toBe('€1,204.50');
		speaking('ru');
		expect(plain(formatMoney({ amount: '15000', currency: 'RUB' }))).toBe('15 000,00 ₽');
		speaking('es');
		expect(plain(formatMoney({ amount: '31000.5', currency: 'EUR' }))).toBe('31.000,50 €');
	});

	it('keeps every digit, however many there are', () => {
		speaking('en');
		expect(formatMoney({ amount: '12345678901234567890.123456789012345678', currency: 'EUR' })).toBe(
			'€12,345,678,901,234,567,890.123456789012345678',
		);
		expect(formatMoney({ amount: '9007199254740993', currency: 'EUR' })).toBe('€9,007,199,254,740,993.00');
		expect(formatMoney({ amount: '0.10', currency: 'EUR' })).toBe('€0.10');
	});

	it('drops zeros that say nothing and keeps the sign', () => {
		speaking('en');
		expect(formatMoney({ amount: '5.5000', currency: 'EUR' })).toBe('€5.50');
		expect(formatMoney({ amount: '-0.50', currency: 'EUR' })).toBe('-€0.50');
		expect(formatMoney({ amount: '-12', currency: 'EUR' })).toBe('-€12.00');
		expect(formatMoney({ amount: '-0', currency: 'EUR' })).toBe('€0.00');
	});

	it('knows currencies without minor units, and shows them all the same when they are given', () => {
		speaking('en');
		expect(formatMoney({ amount: '1500', currency: 'KRW' })).toBe('₩1,500');
		expect(formatMoney({ amount: '1500.25', currency: 'KRW' })).toBe('₩1,500.25');
	});

	it('tells dollars apart', () => {
		speaking('en');
		const american = formatMoney({ amount: '1', currency: 'USD' });
		const canadian = formatMoney({ amount: '1', currency: 'CAD' });
		expect(american).not.toBe(canadian);
	});

	it('shows what is no ISO currency or no number as it came', () => {
		speaking('en');
		expect(formatMoney({ amount: '12.3456', currency: 'USDT' })).toBe('12.3456 USDT');
		expect(formatMoney({ amount: 'n/a', currency: 'EUR' })).toBe('n/a EUR');
		expect(formatMoney({ amount: '1e9', currency: 'EUR' })).toBe('1e9 EUR');
	});
});
