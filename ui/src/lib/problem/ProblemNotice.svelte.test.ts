import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Problem } from '$lib/backend/bindings';
import ProblemNotice from './ProblemNotice.svelte';
import ProblemScreen from './ProblemScreen.svelte';

const problem: Problem = {
	code: 'ip_not_allowed',
	words: { httpStatus: 403, code: 'SOURCE_IP_NOT_ALLOWED', message: '<b>blocked</b>', requestId: 'req-1' },
};

describe('a problem where it happened', () => {
	it('carries its code, and as an alert its role', () => {
		const { rerender } = render(ProblemNotice, { problem, kind: 'alert' });
		expect(screen.getByRole('alert')).toHaveAttribute('data-problem', 'ip_not_allowed');
		void rerender({ problem, kind: 'inline' });
	});

	it('shows the provider’s words behind Details as text, and nothing else', () => {
		const leaky = { ...problem, secret: 'sk_live_planted', words: { ...problem.words, header: 'sk_live_planted' } } as unknown as Problem;
		render(ProblemNotice, { problem: leaky });
		const details = screen.getByText('Details').closest('details') as HTMLElement;
		const shown = Array.from(details.querySelectorAll('dd'), (line) => line.textContent);
		expect(shown).toEqual(['403', 'SOURCE_IP_NOT_ALLOWED', '<b>blocked</b>', 'req-1', 'ip_not_allowed']);
		expect(details.querySelector('b')).toBeNull();
		expect(document.body.textContent).not.toContain('planted');
	});

	it('leaves out what the provider did not say', () => {
		render(ProblemNotice, { problem: { code: 'offline', words: null } });
		expect(document.querySelectorAll('dd')).toHaveLength(1);
	});
});

describe('the problem screen', () => {
	it('offers another try, has the focus on it, and says that it is trying', async () => {
		const onretry = vi.fn();
		const { rerender } = render(ProblemScreen, { problem: { code: 'keyring_locked', words: null }, retrying: false, onretry });
		const button = screen.getByRole('button', { name: 'Try again' });
		expect(button).toHaveFocus();
		await userEvent.click(button);
		expect(onretry).toHaveBeenCalledOnce();
		await rerender({ retrying: true });
		expect(screen.getByRole('button')).toBeDisabled();
	});

	it('offers no try where none can help', () => {
		render(ProblemScreen, { problem: { code: 'book_newer', words: null }, retrying: false, onretry: () => {} });
		expect(screen.queryByRole('button')).toBeNull();
	});
});
