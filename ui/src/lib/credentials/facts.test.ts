import { describe, expect, it } from 'vitest';
import type { CredentialView } from '$lib/backend/bindings';
import { fakeConnection } from '$lib/backend/fake';
import { isDue } from './age';
import { factsOf } from './facts';

const NOW = Date.UTC(2026, 10, 20, 12);
const ago = (days: number) => new Date(NOW - days * 86_400_000).toISOString();

function credential(over: Partial<CredentialView> = {}): CredentialView {
	return {
		connection: fakeConnection(),
		place: 'keyring',
		presence: 'kept',
		setAt: ago(40),
		usedAt: ago(0),
		test: null,
		next: null,
		ageDays: 40,
		...over,
	};
}

const texts = (one: CredentialView, due = false) =>
	Object.fromEntries(factsOf(one, due, NOW).map(({ id, text, tone }) => [id, `${tone}: ${text}`]));

describe('the facts', () => {
	it('say where the key is, how old it is, and when it was of use', () => {
		expect(texts(credential())).toEqual({
			key: 'calm: ends in 9f3a',
			store: 'calm: System keyring',
			set: 'calm: 40 days ago',
			used: 'calm: just now',
			tested: 'calm: Not tested yet',
		});
	});

	it('tell of no time to come after the clock was set back', () => {
		const ahead = ago(-2);
		const told = texts(credential({ setAt: ahead, ageDays: 0, usedAt: ahead, test: { at: ahead, problem: null } }));
		expect([told.set, told.used]).toEqual(Array(2).fill('calm: some time ago (clock set back)'));
		expect(told.tested).toBe('good: Accepted · some time ago (clock set back)');
	});

	it('say what is missing and what cannot be known', () => {
		const gone = credential({ presence: 'missing', setAt: null, usedAt: null, ageDays: null, connection: fakeConnection({ keyTail: '' }) });
		expect(texts(gone)).toMatchObject({
			key: 'calm: Without a name',
			store: 'bad: Not there any more',
			set: 'calm: Not known',
			used: 'calm: Not yet',
		});
		expect(texts(credential({ presence: 'unknown', place: 'vault' })).store).toBe('waiting: Sealed vault, which does not answer');
	});

	it('say what the last test met, in the words of the problem table', () => {
		expect(texts(credential({ test: { at: ago(0), problem: null } })).tested).toBe('good: Accepted · just now');
		expect(texts(credential({ test: { at: ago(0), problem: 'credentials_rejected' } })).tested).toBe(
			'bad: The provider refused the key or the secret · just now',
		);
		expect(texts(credential({ test: { at: ago(0), problem: 'of_a_newer_shell' } })).tested).toMatch(
			/^bad: Something went wrong inside Vouch/,
		);
	});

	it('are none for an archive', () => {
		expect(factsOf(credential({ connection: fakeConnection({ standing: 'archived' }) }), false, NOW)).toEqual([]);
	});
});

describe('a key', () => {
	it('is due at the chosen age and not before', () => {
		expect(isDue(credential(), 41)).toBe(false);
		expect(isDue(credential(), 40)).toBe(true);
	});

	it('is never due without a reminder, without an age, with a newer one waiting, or in an archive', () => {
		expect(isDue(credential(), null)).toBe(false);
		expect(isDue(null, 1)).toBe(false);
		expect(isDue(credential({ ageDays: null }), 1)).toBe(false);
		expect(isDue(credential({ next: { keyTail: '', setAt: ago(0), problem: null } }), 1)).toBe(false);
		expect(isDue(credential({ connection: fakeConnection({ standing: 'archived' }) }), 1)).toBe(false);
		expect(isDue(credential({ connection: fakeConnection({ standing: 'disabled' }) }), 1)).toBe(true);
	});
});
