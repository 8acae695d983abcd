import { describe, expect, it } from 'vitest';
import { FAKE_PROVIDERS, fakeConnection } from '$lib/backend/fake';
import {
	certainFault,
	draftOf,
	emptyForm,
	fieldOf,
	formOf,
	knownAddress,
	movesElsewhere,
	suspicionsOf,
	type Typed,
	withoutPadding,
} from './draft';

const [loveandpay, cryptopocket] = FAKE_PROVIDERS;
const typed = (over: Partial<Typed> = {}): Typed => ({
	...emptyForm(FAKE_PROVIDERS),
	apiKey: 'pk_live_1',
	apiSecret: 'sk_live_1',
	...over,
});

describe('what is certainly wrong', () => {
	it('is nothing in a complete form', () => {
		expect(certainFault(typed(), loveandpay, null)).toBeNull();
	});

	it.each([
		[{ apiKey: '  ' }, 'api_key'],
		[{ apiSecret: '' }, 'api_secret'],
		[{ requestsPerMinute: '-1' }, 'requests_per_minute'],
		[{ requestsPerHour: '1.5' }, 'requests_per_hour'],
		[{ requestsPerHour: 'many' }, 'requests_per_hour'],
	] as [Partial<Typed>, string][])('is found: %o', (over, field) => {
		const fault = certainFault(typed(over), loveandpay, null);
		expect(fault && fieldOf(fault)).toBe(field);
	});

	it('is a missing address where there is no known one, and only there', () => {
		expect(certainFault(typed({ environment: 'custom' }), loveandpay, null)).toMatchObject({ code: 'bad_address', fault: 'empty' });
		expect(certainFault(typed({ provider: 'cryptopocket' }), cryptopocket, null)).toMatchObject({ code: 'bad_address' });
		expect(knownAddress(loveandpay, 'sandbox')).toBe(loveandpay?.sandboxUrl);
		expect(knownAddress(loveandpay, 'custom')).toBeNull();
	});

	it('is not an empty key of a connection that has one, unless only one of the two is typed', () => {
		const existing = fakeConnection();
		expect(certainFault(formOf(existing), loveandpay, existing)).toBeNull();
		const half = certainFault({ ...formOf(existing), apiKey: 'pk_new' }, loveandpay, existing);
		expect(half && fieldOf(half)).toBe('api_secret');
	});

	it('is an empty key when the address moves to another host, to which the stored one must not go', () => {
		const existing = fakeConnection({ environment: 'custom', baseUrl: 'https://one.example/api' });
		const moved = { ...formOf(existing), baseUrl: 'https://two.example/api' };
		expect(movesElsewhere(moved, existing)).toBe(true);
		expect(movesElsewhere({ baseUrl: 'https://one.example/other' }, existing)).toBe(false);
		const fault = certainFault(moved, loveandpay, existing);
		expect(fault && fieldOf(fault)).toBe('api_key');
	});
});

describe('what looks odd', () => {
	it('is a secret among the keys and the reverse', () => {
		expect(suspicionsOf(typed({ apiKey: 'sk_x', apiSecret: 'pk_x' }), loveandpay)).toEqual([
			{ kind: 'secret_in_key', prefix: 'sk_' },
			{ kind: 'key_in_secret', prefix: 'pk_' },
		]);
	});

	it('is a live key for the sandbox and the reverse, from either field', () => {
		expect(suspicionsOf(typed({ environment: 'sandbox' }), loveandpay)).toEqual([{ kind: 'live_key_in_sandbox' }]);
		expect(suspicionsOf(typed({ apiKey: 'pk_test_1' }), loveandpay)).toEqual([{ kind: 'test_key_in_live' }]);
		expect(suspicionsOf(typed({ apiKey: 'pk_1', apiSecret: 'sk_test_1' }), loveandpay)).toEqual([{ kind: 'test_key_in_live' }]);
	});

	it('is nothing at an address of one’s own, or at a provider without such habits', () => {
		expect(suspicionsOf(typed({ environment: 'custom', apiKey: 'pk_test_1' }), loveandpay)).toEqual([]);
		expect(suspicionsOf(typed({ apiKey: 'sk_x' }), cryptopocket)).toEqual([]);
		expect(suspicionsOf(typed(), loveandpay)).toEqual([]);
	});
});

describe('the draft', () => {
	it('is trimmed, and an empty budget is the provider’s own', () => {
		expect(draftOf(typed({ label: ' Madrid ', apiKey: ' pk_1\n', requestsPerMinute: '60', requestsPerHour: '' }))).toMatchObject({
			label: 'Madrid',
			apiKey: 'pk_1',
			requestsPerMinute: 60,
			requestsPerHour: null,
		});
	});

	it('keeps a budget of nought, which means no limit', () => {
		expect(draftOf(typed({ requestsPerMinute: '0' })).requestsPerMinute).toBe(0);
	});
});

describe('a typed address', () => {
	const kinds = (over: Partial<Typed>, provider = loveandpay) => suspicionsOf(typed(over), provider).map(({ kind }) => kind);

	it('of the sandbox is no place for a live key, and the other way round', () => {
		const custom = { environment: 'custom' as const };
		expect(kinds({ ...custom, baseUrl: 'https://sandbox.loveandpay.example/v2' })).toEqual(['live_key_in_sandbox']);
		expect(kinds({ ...custom, baseUrl: 'https://pay-sandbox.example' })).toEqual(['live_key_in_sandbox']);
		expect(kinds({ ...custom, baseUrl: 'https://api.loveandpay.example', apiKey: 'pk_test_1', apiSecret: 'sk_test_1' })).toEqual([
			'test_key_in_live',
		]);
		expect(kinds({ ...custom, baseUrl: 'https://sandboxes.example' })).toEqual([]);
		expect(kinds({ ...custom, baseUrl: 'no address yet' })).toEqual([]);
	});

	it('says nothing where the provider has one address for both', () => {
		const shared = { ...(loveandpay as NonNullable<typeof loveandpay>), sandboxUrl: loveandpay?.liveUrl ?? null };
		expect(kinds({ environment: 'custom', baseUrl: 'https://api.loveandpay.example' }, shared)).toEqual([]);
	});

	it('of the sandbox is pointed out in the live environment', () => {
		const keys = { apiKey: 'abc', apiSecret: 'def' };
		expect(kinds({ ...keys, baseUrl: 'https://sandbox.cryptopocket.example/api' }, cryptopocket)).toEqual(['sandbox_address_in_live']);
		expect(kinds({ ...keys, baseUrl: 'https://pay.example/api' }, cryptopocket)).toEqual([]);
	});
});

describe('what is copied', () => {
	it('loses the blanks around it, the invisible ones too, and none within', () => {
		expect(withoutPadding('\u200b \tpk_live 1\r\n\ufeff')).toBe('pk_live 1');
	});
});
