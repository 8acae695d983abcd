import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBackend } from '$lib/backend/fake';
import { Attendance } from './attendance.svelte';

let backend: FakeBackend;
let attendance: Attendance;

beforeEach(async () => {
	vi.useFakeTimers();
	backend = new FakeBackend({ connections: [] });
	attendance = new Attendance(backend);
	await attendance.start(window);
});
afterEach(() => {
	attendance.stop(window);
	vi.useRealTimers();
});

const press = () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
const move = (x: number) => window.dispatchEvent(new MouseEvent('pointermove', { screenX: x, screenY: 5 }));

describe('a person', () => {
	it('is told of at most once in ten seconds', () => {
		for (let at = 0; at < 20; at++) press();
		expect(backend.count('personActive')).toBe(1);
		vi.advanceTimersByTime(9_999);
		press();
		expect(backend.count('personActive')).toBe(1);
		vi.advanceTimersByTime(1);
		press();
		expect(backend.count('personActive')).toBe(2);
	});

	it('is nobody while the pointer rests', () => {
		move(7);
		move(7);
		expect(backend.count('personActive')).toBe(0);
		move(8);
		expect(backend.count('personActive')).toBe(1);
	});

	it('is not told of what was pressed', () => {
		press();
		expect(backend.calls.at(-1)).toEqual({ method: 'personActive', args: [] });
	});

	it('is told of again when telling failed', async () => {
		backend.failNext('personActive', { code: 'internal', words: null });
		press();
		await vi.advanceTimersByTimeAsync(0);
		press();
		expect(backend.count('personActive')).toBe(2);
	});
});

describe('the warning', () => {
	it('counts down and stands at nothing', () => {
		backend.emit('lock_soon', { seconds: 3 });
		expect(attendance.secondsLeft).toBe(3);
		vi.advanceTimersByTime(2_000);
		expect(attendance.secondsLeft).toBe(1);
		vi.advanceTimersByTime(5_000);
		expect(attendance.secondsLeft).toBe(0);
	});

	it('is called off by any input, even right after another one', () => {
		press();
		backend.emit('lock_soon', { seconds: 30 });
		press();
		expect(attendance.secondsLeft).toBeNull();
		expect(backend.count('personActive')).toBe(2);
	});

	it('is called off by the shell', () => {
		backend.emit('lock_soon', { seconds: 30 });
		backend.emit('lock_soon', { seconds: null });
		expect(attendance.secondsLeft).toBeNull();
	});

	it('is not given after the end', () => {
		attendance.stop(window);
		backend.emit('lock_soon', { seconds: 30 });
		press();
		expect(attendance.secondsLeft).toBeNull();
		expect(backend.count('personActive')).toBe(0);
	});
});
