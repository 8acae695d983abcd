import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newest, problem, ScriptedDirectory, settle } from './scripted-directory';
import { type Movement, SearchSession } from './session.svelte';

let directory: ScriptedDirectory;
let session: SearchSession;
let movements: Movement[];

async function begin(size: number, prompt = true): Promise<void> {
	directory = new ScriptedDirectory(size, { prompt });
	session = new SearchSession(directory);
	movements = [];
	session.onMovement((movement) => movements.push(movement));
	void session.start();
	await settle();
}

/** Shows rows as a grid would, and waits until they are at hand. */
async function show(first: number, last: number): Promise<void> {
	session.show({ first, last });
	await settle();
}

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	session.stop();
	vi.useRealTimers();
});

describe('asking', () => {
	it('asks at the start and is busy until the answer is there', async () => {
		await begin(250, false);
		expect(directory.searches).toHaveLength(1);
		expect(session.busy).toBe(true);
		await newest(directory.searches).answer();
		expect(session.busy).toBe(false);
		expect(session.total).toBe(250);
		expect(session.row(0)?.key).toBe(0);
		expect(session.row(100)).toBeUndefined();
	});

	it('asks at every letter, one question at a time, and drops what answers an older one', async () => {
		await begin(250, false);
		await newest(directory.searches).answer();
		session.setText('g');
		session.setText('ga');
		session.setText('gar');
		await settle();
		expect(directory.searches.map(({ asked }) => asked.query.text)).toEqual(['', 'g']);
		await newest(directory.searches).answer({ total: 99 });
		expect(session.total, 'an answer to "g" is not shown for "gar"').toBe(250);
		expect(session.busy).toBe(true);
		expect(directory.searches.map(({ asked }) => asked.query.text)).toEqual(['', 'g', 'gar']);
		await newest(directory.searches).answer({ total: 7 });
		expect(session.total).toBe(7);
		expect(session.busy).toBe(false);
		expect(directory.searches).toHaveLength(3);
	});

	it('drops a failure of an older question too', async () => {
		await begin(10, false);
		session.setText('g');
		await newest(directory.searches).fail(problem('offline'));
		expect(session.problem).toBeNull();
		await newest(directory.searches).answer();
		expect(session.busy).toBe(false);
	});

	it('does not ask what it asked already', async () => {
		await begin(10);
		session.setText('');
		session.setView('all');
		session.clearFilters();
		await settle();
		expect(directory.searches).toHaveLength(1);
	});

	it('shows a problem, stays busy, and tries again when told to', async () => {
		await begin(10, false);
		await newest(directory.searches).fail(problem('disk'));
		expect(session.problem?.code).toBe('disk');
		expect(session.busy).toBe(true);
		expect(directory.searches).toHaveLength(1);
		session.retry();
		await newest(directory.searches).answer();
		expect(session.problem).toBeNull();
		expect(session.busy).toBe(false);
	});

	it('asks again when a search was cancelled, but not for ever', async () => {
		await begin(10, false);
		for (let round = 0; round < 3; round += 1) await newest(directory.searches).fail(problem('cancelled'));
		expect(session.problem).toBeNull();
		await newest(directory.searches).fail(problem('cancelled'));
		expect(session.problem?.code).toBe('cancelled');
		expect(directory.searches).toHaveLength(4);
	});

	it('starts another result at the top, with the focus on its first row', async () => {
		await begin(5_000);
		await show(4_000, 4_020);
		session.focus(4_010);
		session.sortBy('paid');
		await settle();
		expect(session.focused).toBe(0);
		expect(movements.at(-1)).toEqual({ kind: 'other' });
		expect(session.busy).toBe(false);
	});

	it('drops the filter of a connection that is no more', async () => {
		await begin(10);
		session.setConnection('gone');
		directory.emit('connections_changed', { connections: [] });
		expect(session.query.connection).toBeNull();
	});

	it('listens no more once stopped', async () => {
		await begin(10);
		expect(directory.subscribers).toBe(2);
		session.stop();
		expect(directory.subscribers).toBe(0);
		session.setText('x');
		await settle();
		expect(directory.searches).toHaveLength(1);
	});

	it('does not stay subscribed when stopped while subscribing', async () => {
		directory = new ScriptedDirectory(1);
		session = new SearchSession(directory);
		const started = session.start();
		session.stop();
		await started;
		expect(directory.subscribers).toBe(0);
	});
});

describe('rows at hand', () => {
	it('are fetched in whole pages around what is on screen, busy until what is on screen is there', async () => {
		await begin(5_000);
		directory.prompt = false;
		session.show({ first: 2_995, last: 3_020 });
		expect(session.busy).toBe(true);
		expect(newest(directory.windows).asked).toEqual({ result: 1, from: 2_960, count: 80 });
		await newest(directory.windows).answer();
		expect(session.busy).toBe(false);
		expect(session.row(3_020)?.key).toBe(3_020);
	});

	it('skip what was passed over while one question was under way', async () => {
		await begin(50_000);
		directory.prompt = false;
		const before = directory.windows.length;
		session.show({ first: 10_010, last: 10_030 });
		session.show({ first: 20_010, last: 20_030 });
		session.show({ first: 30_010, last: 30_030 });
		await newest(directory.windows).answer();
		expect(directory.windows.slice(before).map(({ asked }) => asked.from)).toEqual([10_000, 30_000]);
	});

	it('are fetched ahead in the direction of scrolling, and not at all after a leap', async () => {
		await begin(50_000);
		const asked = (): number[][] => directory.windows.map(({ asked: { from, count } }) => [from, from + count]);
		await show(20_000, 20_020);
		expect(asked().at(-1)).toEqual([19_960, 20_000]);
		let calls = asked().length;
		await show(20_003, 20_023);
		expect(asked().slice(calls)).toEqual([[20_040, 20_160]]);
		calls = asked().length;
		await show(20_009, 20_029);
		expect(asked()).toHaveLength(calls);
		await show(19_995, 20_015);
		expect(asked().slice(calls)).toEqual([[19_840, 19_960]]);
	});

	it('come with the answer as many as are drawn', async () => {
		await begin(50_000);
		for (const [last, first] of [
			[20, 40],
			[50, 80],
			[150, 80],
		] as const) {
			await show(0, last);
			session.setText(`to row ${last}`);
			await settle();
			expect(newest(directory.searches).asked.first).toBe(first);
		}
	});

	it('far from the screen are let go', async () => {
		await begin(50_000);
		for (let first = 0; first < 20_000; first += 90) await show(first, first + 20);
		expect(session.row(19_900)).toBeDefined();
		expect(session.row(10_000)).toBeUndefined();
		expect(session.row(0)).toBeUndefined();
	});

	it('are asked for once where fewer come than were promised', async () => {
		await begin(5_000);
		directory.size = 2_950;
		await show(2_940, 2_960);
		await show(2_941, 2_961);
		const asked = directory.windows.length;
		await show(2_942, 2_962);
		expect(directory.windows).toHaveLength(asked);
		expect(session.busy).toBe(false);
	});

	it('of a result that is gone are searched anew, and the place is kept', async () => {
		await begin(5_000);
		directory.prompt = false;
		session.show({ first: 3_010, last: 3_030 });
		await newest(directory.windows).fail(problem('result_gone'));
		expect(session.problem).toBeNull();
		expect(directory.searches).toHaveLength(2);
		directory.prompt = true;
		await newest(directory.searches).answer();
		expect(session.row(3_010)?.key).toBe(3_010);
		expect(movements.at(-1)).toEqual({ kind: 'same', shift: 0 });
		expect(session.busy).toBe(false);
	});

	it('that fail to come are a problem, a fault of the program included', async () => {
		await begin(5_000);
		directory.rows = () => Promise.reject(new TypeError('rows is not what it was'));
		await show(3_010, 3_030);
		expect(session.problem?.code).toBe('internal');
		expect(session.busy).toBe(true);
	});

	it('that are gone for ever end in a problem, not in a loop', async () => {
		await begin(5_000);
		directory.prompt = false;
		session.show({ first: 3_010, last: 3_030 });
		for (let round = 0; round < 10 && session.problem === null; round += 1) {
			await newest(directory.windows).fail(problem('result_gone'));
			if (session.problem === null) await newest(directory.searches).answer();
		}
		expect(session.problem?.code).toBe('result_gone');
		expect(directory.searches.length).toBeLessThan(6);
	});
});

describe('a directory that changes', () => {
	const changed = (): void => directory.emit('directory_changed', { version: 1 });

	it('is asked again at once, and then twice a second at most, however often it changes', async () => {
		await begin(500);
		await vi.advanceTimersByTimeAsync(1_000);
		const before = directory.searches.length;
		for (let tenth = 0; tenth < 20; tenth += 1) {
			changed();
			await vi.advanceTimersByTimeAsync(100);
		}
		expect(directory.searches.length - before).toBeGreaterThanOrEqual(4);
		expect(directory.searches.length - before).toBeLessThanOrEqual(5);
		await vi.advanceTimersByTimeAsync(500);
		expect(session.busy).toBe(false);
	});

	it('counts as not yet on screen until it has been asked', async () => {
		await begin(500);
		changed();
		expect(session.busy).toBe(true);
		expect(session.searching).toBe(false);
		await vi.advanceTimersByTimeAsync(500);
		expect(session.busy).toBe(false);
	});

	it('keeps rows, focus and the open card where they are when customers come in above', async () => {
		await begin(5_000);
		await show(3_000, 3_020);
		session.focus(3_007);
		session.openRow(3_007);
		directory.before = 12;
		await vi.advanceTimersByTimeAsync(1_000);
		changed();
		await vi.advanceTimersByTimeAsync(500);
		expect(movements.at(-1)).toEqual({ kind: 'same', shift: 12 });
		expect(session.focused).toBe(3_019);
		expect(session.row(session.focused)?.key).toBe(3_007);
		expect(session.opened.key).toBe(3_007);
		expect(session.total).toBe(5_012);
	});

	it('finds them again when more came in above than stand around them', async () => {
		await begin(5_000);
		await show(3_000, 3_020);
		session.focus(3_007);
		directory.before = 730;
		await vi.advanceTimersByTimeAsync(1_000);
		changed();
		await vi.advanceTimersByTimeAsync(500);
		expect(movements.at(-1)).toEqual({ kind: 'same', shift: 730 });
		expect(session.row(session.focused)?.key).toBe(3_007);
		expect(session.busy).toBe(false);
	});

	it('keeps the focus on its customer while that is scrolled out of sight', async () => {
		await begin(5_000);
		session.focus(40);
		await show(3_000, 3_020);
		directory.before = 730;
		await vi.advanceTimersByTimeAsync(1_000);
		changed();
		await vi.advanceTimersByTimeAsync(500);
		expect(movements.at(-1)).toEqual({ kind: 'same', shift: 730 });
		expect(session.focused).toBe(770);
	});

	it('stays where it is when whoever stood there is gone', async () => {
		await begin(5_000);
		await show(3_000, 3_020);
		await vi.advanceTimersByTimeAsync(1_000);
		directory.dress = (row) => ({ ...row, key: row.key + 100_000 });
		directory.selectAgain = async () => [];
		changed();
		await vi.advanceTimersByTimeAsync(500);
		expect(movements.findLast(({ kind }) => kind !== 'filled')).toEqual({ kind: 'same', shift: 0 });
		expect(session.busy).toBe(false);
	});

	it('stays at the top where it is at the top, with the focus on the same customer', async () => {
		await begin(5_000);
		await show(0, 20);
		session.focus(3);
		directory.before = 5;
		await vi.advanceTimersByTimeAsync(1_000);
		changed();
		await vi.advanceTimersByTimeAsync(500);
		expect(movements.at(-1)).toEqual({ kind: 'same', shift: 0 });
		expect(session.row(0)?.key).toBe(-5);
		expect(session.focused).toBe(8);
	});

	it('shows the old rows until every new one for the screen is at hand', async () => {
		await begin(5_000);
		await show(3_000, 3_020);
		session.focus(3_005);
		await vi.advanceTimersByTimeAsync(1_000);
		directory.prompt = false;
		changed();
		await settle();
		await newest(directory.searches).answer({ total: 5_001 });
		expect(session.total).toBe(5_000);
		expect(session.row(3_000)).toBeDefined();
		await newest(directory.windows).answer();
		expect(session.total).toBe(5_001);
		expect(session.row(3_000)).toBeDefined();
	});

	it('shrinks to less than is on screen without losing the focus', async () => {
		await begin(5_000);
		await show(4_980, 4_999);
		session.focus(4_999);
		directory.size = 40;
		await vi.advanceTimersByTimeAsync(1_000);
		changed();
		await vi.advanceTimersByTimeAsync(500);
		expect(session.focused).toBe(39);
		expect(session.busy).toBe(false);
	});

	it('does not hold up a new query', async () => {
		await begin(5_000, false);
		await newest(directory.searches).answer();
		await vi.advanceTimersByTimeAsync(1_000);
		changed();
		await settle();
		session.setText('x');
		await newest(directory.searches).answer({ total: 1 });
		expect(session.total).toBe(5_000);
		await newest(directory.searches).answer({ total: 2 });
		expect(session.total).toBe(2);
		expect(session.busy).toBe(false);
	});
});

describe('the open card', () => {
	it('shows the row at once and the rest when it comes', async () => {
		await begin(500);
		directory.prompt = false;
		session.openRow(7);
		expect(session.opened.row?.name).toBe('Customer 7');
		expect(session.opened.detail).toBeNull();
		await newest(directory.cards).answer({ raw: '{"id":7}' });
		expect(session.opened.detail?.raw).toBe('{"id":7}');
	});

	it('never shows the detail of another customer, however slow the answers', async () => {
		await begin(500);
		directory.prompt = false;
		for (const row of [1, 2, 3, 4]) session.openRow(row);
		expect(directory.cards.map(({ asked }) => asked.key)).toEqual([1]);
		await newest(directory.cards).answer();
		expect(session.opened.detail).toBeNull();
		expect(directory.cards.map(({ asked }) => asked.key)).toEqual([1, 4]);
		await newest(directory.cards).answer();
		expect(session.opened.detail?.row.key).toBe(4);
		session.openRow(5);
		expect(session.opened.detail, 'of the one before, while the next is asked').toBeNull();
		expect(session.opened.row?.key).toBe(5);
	});

	it('tells its problem, and forgets it with the next customer', async () => {
		await begin(500);
		directory.prompt = false;
		session.openRow(1);
		await newest(directory.cards).fail(problem('not_found'));
		expect(session.opened.problem?.code).toBe('not_found');
		session.openRow(2);
		expect(session.opened.problem).toBeNull();
	});

	it('stays open while the query changes, and closes on demand', async () => {
		await begin(500);
		session.openRow(7);
		session.setText('x');
		await settle();
		expect(session.opened.key).toBe(7);
		session.close();
		expect(session.opened.key).toBeNull();
		expect(session.opened.row).toBeNull();
	});

	it('steps through the result and stops at its ends', async () => {
		await begin(3);
		session.openRow(0);
		session.step(-1);
		expect(session.opened.key).toBe(0);
		session.step(1);
		session.step(1);
		session.step(1);
		expect(session.opened.key).toBe(2);
		expect(session.focused).toBe(2);
		expect(movements.at(-1)).toEqual({ kind: 'reveal', row: 2 });
	});

	it('opens a row that is not at hand yet as soon as it is', async () => {
		await begin(5_000);
		directory.prompt = false;
		session.focus(3_000);
		session.openRow(3_000);
		expect(session.opened.key).toBeNull();
		session.show({ first: 2_990, last: 3_010 });
		await newest(directory.windows).answer();
		expect(session.opened.key).toBe(3_000);
	});
});
