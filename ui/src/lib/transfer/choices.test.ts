import { describe, expect, it } from 'vitest';
import type { ImportItem } from '$lib/backend/bindings';
import { choicesOf, isHopeless, lacks, proposed } from './choices';

const item = (over: Partial<ImportItem> = {}): ImportItem => ({
	provider: 'loveandpay',
	environment: 'live',
	label: 'Madrid',
	baseUrl: 'https://one.example',
	keyTail: '9f3a',
	fault: null,
	existing: null,
	...over,
});

describe('what is proposed', () => {
	it.each([
		[{}, 'add'],
		[{ existing: 'c1' }, 'replace'],
		[{ fault: 'key_missing' as const }, 'skip'],
		[{ fault: 'provider_unknown' as const, provider: null }, 'skip'],
		[{ fault: 'provider_unknown' as const, provider: 'of_a_newer_version' }, 'skip'],
	])('for %o is to %s', (over, action) => {
		expect(proposed(item(over)).action).toBe(action);
	});

	it('cannot be helped without a key or a secret', () => {
		expect((['key_missing', 'secret_missing', 'provider_unknown', 'bad_address', null] as const).map(isHopeless)).toEqual([
			true,
			true,
			false,
			false,
			false,
		]);
	});
});

describe('what is lacking', () => {
	it('is the provider, then the address, and nothing of what is left out', () => {
		const decision = { ...proposed(item({ provider: null, baseUrl: '', fault: 'provider_unknown' })), action: 'add' as const };
		expect(lacks(decision)).toBe('provider');
		expect(lacks({ ...decision, provider: 'loveandpay' })).toBe('base_url');
		expect(lacks({ ...decision, provider: 'loveandpay', baseUrl: 'https://x.example' })).toBeNull();
		expect(lacks({ ...decision, action: 'skip' })).toBeNull();
	});
});

describe('the choices', () => {
	it('say only what the person has changed', () => {
		const kept = proposed(item());
		const named = { ...proposed(item({ provider: null, fault: 'provider_unknown' })), action: 'add' as const, provider: 'cryptopocket' };
		expect(choicesOf([kept, { ...named, label: ' Almaty ', baseUrl: 'https://two.example' }])).toEqual([
			{ item: 0, action: 'add', label: 'Madrid', provider: null, baseUrl: '' },
			{ item: 1, action: 'add', label: 'Almaty', provider: 'cryptopocket', baseUrl: 'https://two.example' },
		]);
	});
});
