import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import App from './App.svelte';
import type { FilePurpose } from './lib/backend/bindings';
import { FAKE_PASSPHRASE, FakeBackend, type FakeOptions } from './lib/backend/fake';

function shown(options: FakeOptions = {}) {
	const backend = new FakeBackend({ customers: 120, ...options });
	render(App, { backend });
	return { backend, user: userEvent.setup() };
}

const grid = () => screen.findByRole('grid');

describe('a file that is dragged over the window', () => {
	const sign = () => screen.queryByTestId('drop-sign');

	it('is shown what it can be dropped for, until it leaves or is dropped', async () => {
		const { backend } = shown();
		await grid();
		for (const [purpose, words] of [
			['restore', 'Drop to restore this backup'],
			['import_connections', 'Drop to import connections'],
			['take_view_in', 'Drop to open the shared view'],
		] as const) {
			backend.emit('file_over', { purpose });
			await waitFor(() => expect(sign()).toHaveTextContent(words));
			// It is in nobody's way: neither the pointer's nor a screen reader's.
			expect(sign()).toHaveAttribute('aria-hidden', 'true');
			backend.emit('file_over', { purpose: null });
			await waitFor(() => expect(sign()).toBeNull());
		}
		backend.emit('file_over', { purpose: 'restore' });
		await waitFor(() => expect(sign()).toBeVisible());
		fireEvent.pointerMove(window);
		await waitFor(() => expect(sign()).toBeNull());
	});

	it.each<[string, FakeOptions, () => Promise<unknown>, FilePurpose[]]>([
		['the sample', { demo: true }, grid, ['take_view_in']],
		['the first start', { connections: [] }, () => screen.findByTestId('welcome'), ['restore', 'import_connections']],
		['a damaged copy', { closed: { code: 'book_damaged', words: null } }, () => screen.findByTestId('start-anew'), ['restore']],
		['the lock', { protection: { passphrase: FAKE_PASSPHRASE, closed: true } }, () => screen.findByTestId('lock-screen'), []],
	])('is shown on the screen of %s only what comes of it there', async (_screen, options, ready, taken) => {
		const { backend } = shown(options);
		await ready();
		for (const purpose of ['restore', 'import_connections', 'take_view_in', 'back_up'] as const) {
			backend.emit('file_over', { purpose });
			await tick();
			if (taken.includes(purpose)) expect(sign()).toHaveAttribute('data-purpose', purpose);
			else expect(sign()).toBeNull();
		}
	});

	it('marks the field of an open dialog that takes it, and no other', async () => {
		const { backend } = shown();
		await grid();
		backend.emit('file_dropped', { purpose: 'restore', path: '/usb/day.vouch-book' });
		const path = (await screen.findByTestId<HTMLFormElement>('restore-form')).elements.namedItem('path') as HTMLElement;
		backend.emit('file_over', { purpose: 'import_connections' });
		await tick();
		expect(path.parentElement).toHaveAttribute('data-over', 'false');
		backend.emit('file_over', { purpose: 'restore' });
		await waitFor(() => expect(path.parentElement).toHaveAttribute('data-over', 'true'));
		expect(sign()).toBeNull();
		backend.emit('file_over', { purpose: null });
		await waitFor(() => expect(path.parentElement).toHaveAttribute('data-over', 'false'));
	});
});

describe('a file that is dropped on the window', () => {
	it('is restored from, after the questions that restoring asks', async () => {
		const { backend, user } = shown();
		await grid();
		backend.emit('file_dropped', { purpose: 'restore', path: '/usb/day.vouch-book' });
		const form = await screen.findByTestId<HTMLFormElement>('restore-form');
		expect(form.elements.namedItem('path')).toHaveValue('/usb/day.vouch-book');
		expect(backend.count('verifyBackup')).toBe(0);
		// Another one goes into the field of the same dialog, one of another kind nowhere.
		backend.emit('file_dropped', { purpose: 'restore', path: '/usb/week.vouch-book' });
		backend.emit('file_dropped', { purpose: 'import_connections', path: '/usb/keys.vouch-connections' });
		await waitFor(() => expect(form.elements.namedItem('path')).toHaveValue('/usb/week.vouch-book'));
		expect(screen.getAllByRole('dialog')).toHaveLength(1);
		await user.click(screen.getByTestId('cancel'));
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
	});

	it('is imported or taken in as a view', async () => {
		const { backend, user } = shown();
		await grid();
		backend.emit('file_dropped', { purpose: 'import_connections', path: '/usb/keys.vouch-connections' });
		expect((await screen.findByTestId<HTMLFormElement>('import-form')).elements.namedItem('path')).toHaveValue(
			'/usb/keys.vouch-connections',
		);
		await user.click(screen.getByTestId('cancel'));
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		backend.emit('file_dropped', { purpose: 'take_view_in', path: '/usb/a.vouch-view.json' });
		expect((await screen.findByTestId<HTMLFormElement>('view-file-form')).elements.namedItem('path')).toHaveValue('/usb/a.vouch-view.json');
	});

	it('restores where the copy cannot be opened, and is left alone in the sample and behind the lock', async () => {
		const damaged = shown({ closed: { code: 'book_damaged', words: null } });
		await screen.findByTestId('start-anew');
		damaged.backend.emit('file_dropped', { purpose: 'restore', path: '/usb/day.vouch-book' });
		await damaged.user.click(
			within(await screen.findByTestId('restore-form').then(() => screen.getByRole('dialog'))).getByTestId('cancel'),
		);
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		cleanup();
		const demo = shown({ demo: true });
		await grid();
		demo.backend.emit('file_dropped', { purpose: 'restore', path: '/usb/day.vouch-book' });
		demo.backend.emit('file_dropped', { purpose: 'import_connections', path: '/usb/keys.vouch-connections' });
		await demo.user.click(screen.getByTestId('settings'));
		expect(await screen.findAllByRole('dialog')).toHaveLength(1);
	});
});
