import { describe, expect, it } from 'vitest';
import { fakeConnection } from '$lib/backend/fake';
import { progressOf, statusOf } from './status';

const NOW = Date.parse('2026-11-20T10:00:00Z');
const at = (minutesAgo: number) => new Date(NOW - minutesAgo * 60_000).toISOString();
const status = (over: Parameters<typeof fakeConnection>[0]) => statusOf(fakeConnection({ lastSynced: null, ...over }), NOW);

describe('a connection’s line', () => {
	it('says how far a walk is and how long it takes', () => {
		expect(status({ state: 'syncing', synced: 29_800, total: 48_100, secondsLeft: 640 })).toMatchObject({
			line: '29,800 of 48,100 · 11 min left',
			progress: 29_800 / 48_100,
		});
	});

	it('says what it knows when the provider announced nothing', () => {
		expect(status({ state: 'syncing', synced: 0, total: null })).toMatchObject({ line: 'Starting…', progress: 'unknown' });
		expect(status({ state: 'syncing', synced: 1200, total: null })).toMatchObject({ line: '1,200 so far', progress: 'unknown' });
		expect(status({ state: 'syncing', synced: 100, total: 200 }).line).toBe('100 of 200');
	});

	it('does not claim more than all when the announced total was too low', () => {
		expect(status({ state: 'syncing', synced: 201, total: 200, secondsLeft: 0 }).line).toBe('201 so far');
		expect(progressOf({ synced: 201, total: 200 })).toBe(1);
		expect(progressOf({ synced: 0, total: 0 })).toBeNull();
	});

	it('says how old the data is, with the exact time behind it', () => {
		const idle = status({ state: 'idle', lastSynced: at(2) });
		expect(idle.line).toBe('Up to date · 2 min ago');
		expect(idle.title).toContain('2026');
		expect(status({ state: 'idle', lastSynced: at(-90) }).line).toBe('As of some time ago (clock set back)');
		expect(status({ state: 'idle' }).line).toBe('Not fetched yet');
		expect(status({ state: 'offline', lastSynced: at(5) })).toMatchObject({ line: 'Offline · as of 5 min ago', tone: 'waiting' });
		expect(status({ state: 'offline' }).line).toBe('Offline');
	});

	it('says until when it waits', () => {
		const waiting = status({ state: 'waiting', waitingUntil: '2026-11-20T10:30:00Z', synced: 5, total: 10 });
		expect(waiting.line).toMatch(/^Request limit reached · resumes at .*:30/);
		expect(waiting.progress).toBe(0.5);
		expect(status({ state: 'waiting' }).line).toBe('Waiting for the request limit');
	});

	it('says what is wrong and what to do', () => {
		expect(status({ state: 'error', problem: { code: 'credentials_rejected', words: null } })).toMatchObject({
			line: 'The provider refused the key or the secret',
			next: 'Check both in the provider’s cabinet and enter them again.',
			tone: 'bad',
		});
		expect(status({ state: 'error', problem: null }).line).toBe('Something went wrong inside Vouch');
	});
});
