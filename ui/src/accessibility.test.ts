/** The main screens, judged by axe: names, roles, states and their nesting. Colours are held by tokens.test.ts. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeBackend } from '$lib/backend/fake';
import { fakeRun, NOTHING_FOUND } from '$lib/backend/fake/upkeep';
import { DeskSession } from '$lib/desk/session.svelte';
import DeskScreen from '$lib/frame/DeskScreen.svelte';

let desk: DeskSession;
afterEach(() => desk.stop());

async function shown(prepare: (backend: FakeBackend) => void = () => {}) {
	const backend = new FakeBackend({ customers: 60 });
	prepare(backend);
	desk = new DeskSession(backend, ['en']);
	await desk.start();
	render(DeskScreen, { desk, onconnect: () => {} });
	await waitFor(() => expect(screen.getByTestId('match-count')).toHaveAttribute('data-count', '60'));
	return userEvent.setup();
}

/** What axe finds wrong, rule by rule with the elements. */
async function faults(): Promise<string[]> {
	const { violations } = await axe.run(document.body, {
		// jsdom has no layout, and a fragment has no page around it.
		rules: { 'color-contrast': { enabled: false }, region: { enabled: false }, 'scrollable-region-focusable': { enabled: false } },
	});
	return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

describe('axe finds nothing', () => {
	it('on the desk', async () => {
		await shown();
		expect(await faults()).toEqual([]);
	});

	it('with filters, chips and a selection', async () => {
		const user = await shown();
		await user.click(screen.getByTestId('filter-add'));
		expect(await faults()).toEqual([]);
		await user.click(screen.getByRole('menuitem', { name: 'Listed by the provider' }));
		screen.getByRole('grid').focus();
		await user.keyboard('{Control>}a{/Control}');
		expect(await screen.findByTestId('selection')).toBeVisible();
		expect(await faults()).toEqual([]);
	});

	it('in the palette', async () => {
		const user = await shown();
		await user.keyboard('{Control>}{Shift>}p{/Shift}{/Control}');
		await screen.findByTestId('palette');
		expect(await faults()).toEqual([]);
	});

	it('on the page of synchronising and in its dialogs', async () => {
		const user = await shown((backend) => {
			const findings = { ...NOTHING_FOUND, verified: 2, unreadable: 1 };
			const met = { code: 'offline', words: null, firstMet: '2026-11-20T09:00:00Z', lastMet: '2026-11-20T09:00:00Z', times: 2 };
			backend.runs = [fakeRun({ id: 2, state: 'incomplete', reason: 'no_end', findings }), fakeRun({ problems: [met] })];
		});
		await user.click(screen.getByTestId('open-sync'));
		expect(await screen.findAllByTestId('run')).toHaveLength(2);
		expect(await faults()).toEqual([]);
		for (const opener of ['unreadable', 'back-up', 'restore']) {
			await user.click(screen.getByTestId(opener));
			await screen.findByRole('dialog');
			expect(await faults()).toEqual([]);
			await user.click(screen.getByTestId('cancel'));
		}
	});

	it('while a view is saved, and in the menu of a column', async () => {
		const user = await shown();
		await user.keyboard('{Control>}s{/Control}');
		await user.type(await screen.findByLabelText('Name'), 'Mine');
		expect(await faults()).toEqual([]);
		await user.click(screen.getByTestId('confirm'));
		await screen.findByTestId('saved-view');
		screen.getByRole('grid').focus();
		await user.keyboard('{ArrowUp}{ArrowRight}{Alt>}{ArrowDown}{/Alt}');
		await screen.findByRole('menu');
		expect(await faults()).toEqual([]);
	});
});
