import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeConnection } from '../backend/fake';
import { NOTHING_FOUND } from '../backend/fake/upkeep';
import { formatSize } from '../format';
import { setLanguage } from '../settings/language.svelte';
import { beginOf, foundLines } from './findings';
import { asOf } from './freshness';
import { ratePerMinute } from './pace';
import { REST, Watching } from './watching';

beforeEach(() => setLanguage('en'));
afterEach(() => {
	vi.useRealTimers();
	setLanguage('en');
});

describe('what was found', () => {
	it('is a line for each thing that there is any of, in every language', () => {
		expect(foundLines(NOTHING_FOUND)).toEqual([]);
		const everything = Object.fromEntries(Object.keys(NOTHING_FOUND).map((line) => [line, 2])) as typeof NOTHING_FOUND;
		expect(foundLines(everything)).toHaveLength(Object.keys(NOTHING_FOUND).length - 1);
		setLanguage('ru');
		const of = (verified: number) => foundLines({ ...NOTHING_FOUND, verified })[0]?.text;
		expect([of(1), of(3), of(14)]).toEqual(['1 подтверждён', '3 подтверждены', '14 подтверждено']);
	});

	it('counts from the midnight of this place', () => {
		const now = new Date(2026, 2, 1, 15, 30).getTime();
		expect(beginOf('today', now)).toEqual(new Date(2026, 2, 1));
		expect(beginOf('yesterday', now)).toEqual(new Date(2026, 1, 28));
		expect(beginOf('week', now)).toEqual(new Date(2026, 1, 22));
	});
});

it('says a rate only where it is known', () => {
	const walking = { state: 'syncing', synced: 400, total: 1000, secondsLeft: 120 } as const;
	expect(ratePerMinute(walking)).toBe(300);
	expect(ratePerMinute({ ...walking, state: 'waiting' })).toBeNull();
	expect(ratePerMinute({ ...walking, total: null })).toBeNull();
	expect(ratePerMinute({ ...walking, secondsLeft: 0 })).toBeNull();
	expect(ratePerMinute({ ...walking, synced: 1001 })).toBeNull();
});

describe('as of when', () => {
	const now = Date.parse('2026-11-20T12:00:00Z');
	const [fresh, old, never, archive] = [
		fakeConnection({ lastSynced: '2026-11-20T11:50:00Z' }),
		fakeConnection({ id: 'c2', lastSynced: '2026-11-18T11:50:00Z' }),
		fakeConnection({ id: 'c3', lastSynced: null }),
		fakeConnection({ id: 'c4', lastSynced: '2020-01-01T00:00:00Z', standing: 'archived' }),
	];

	it('is that of the oldest, and an archive does not count among others', () => {
		expect(asOf([fresh, archive], null, now)).toEqual({ at: fresh.lastSynced, stale: false });
		expect(asOf([fresh, old], null, now)).toEqual({ at: old.lastSynced, stale: true });
		expect(asOf([fresh, old, never], null, now)).toEqual({ at: null, stale: false });
	});

	it('is that of the one connection where only its customers are shown', () => {
		expect(asOf([fresh, old, never], 'c1', now)).toEqual({ at: fresh.lastSynced, stale: false });
		expect(asOf([fresh, archive], 'c4', now)).toEqual({ at: archive.lastSynced, stale: true });
		expect(asOf([], null, now)).toBeNull();
		// By a clock that was set back since.
		const ahead = fakeConnection({ lastSynced: new Date(now + 86_400_000).toISOString() });
		expect(asOf([ahead], null, now)).toEqual({ at: ahead.lastSynced, stale: true });
	});
});

it('writes sizes in units of a thousand', () => {
	expect([formatSize(0), formatSize(10), formatSize(48_640), formatSize(900_000), formatSize(3_000_000)]).toEqual([
		'0 kB',
		'10 kB',
		'49.8 MB',
		'922 MB',
		'3.1 GB',
	]);
});

describe('whom the officer sees', () => {
	it('is told when the rows rest, once, and ended at the end', () => {
		vi.useFakeTimers();
		const watch = vi.fn(() => Promise.resolve());
		const watching = new Watching({ watch });
		for (let first = 0; first < 20; first += 1) {
			watching.see(null, [first, first + 1]);
			vi.advanceTimersByTime(REST / 10);
		}
		expect(watch).not.toHaveBeenCalled();
		vi.advanceTimersByTime(REST);
		expect(watch.mock.calls).toEqual([[[], [19, 20]]]);
		watching.see(null, [19, 20]);
		vi.advanceTimersByTime(REST);
		expect(watch).toHaveBeenCalledTimes(1);
		watching.see(20, [19, 20]);
		vi.advanceTimersByTime(REST);
		expect(watch).toHaveBeenLastCalledWith([20], [19, 20]);
		watching.stop();
		expect(watch).toHaveBeenLastCalledWith([], []);
		vi.advanceTimersByTime(10 * REST);
		expect(watch).toHaveBeenCalledTimes(3);
	});

	it('is a hint: nothing comes of it where it does not arrive', () => {
		vi.useFakeTimers();
		const watching = new Watching({ watch: () => Promise.reject(new Error('closed')) });
		watching.see(1, []);
		expect(() => vi.advanceTimersByTime(REST)).not.toThrow();
		watching.stop();
	});
});
