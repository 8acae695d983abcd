import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import NoticeStack from './NoticeStack.svelte';
import { Notices } from './notices.svelte';

beforeEach(() => {
	vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => {
	vi.useRealTimers();
});

describe('messages', () => {
	it('about something done are said politely and go by themselves', () => {
		const notices = new Notices();
		render(NoticeStack, { notices });
		notices.done('Connection saved.');
		flushSync();
		expect(screen.getByRole('status')).toHaveTextContent('Connection saved.');
		vi.advanceTimersByTime(6_000);
		flushSync();
		expect(screen.queryByRole('status')).toBeNull();
	});

	it('stay for as long as somebody points at them', () => {
		const notices = new Notices();
		notices.done('Connection saved.');
		const [notice] = notices.list;
		notices.hold(notice?.id ?? 0);
		vi.advanceTimersByTime(60_000);
		expect(notices.list).toHaveLength(1);
		notices.release(notice?.id ?? 0);
		vi.advanceTimersByTime(6_000);
		expect(notices.list).toHaveLength(0);
	});

	it('about a problem are alerts with its code, stay, and can be closed', async () => {
		const notices = new Notices();
		render(NoticeStack, { notices });
		notices.problem({ code: 'disk_full', words: null });
		flushSync();
		vi.advanceTimersByTime(60_000);
		expect(screen.getByRole('alert')).toHaveAttribute('data-problem', 'disk_full');
		await userEvent.setup({ advanceTimers: vi.advanceTimersByTime }).click(screen.getByRole('button', { name: 'Dismiss' }));
		expect(screen.queryByRole('alert')).toBeNull();
	});

	it('about the same problem are shown once', () => {
		const notices = new Notices();
		notices.problem({ code: 'offline', words: null });
		notices.problem({ code: 'offline', words: null });
		notices.problem({ code: 'disk', words: null });
		expect(notices.list).toHaveLength(2);
	});

	it('never pile up', () => {
		const notices = new Notices();
		for (const text of ['1', '2', '3', '4', '5']) notices.done(text);
		expect(notices.list.map((notice) => notice.kind === 'done' && notice.text)).toEqual(['3', '4', '5']);
	});
});
