import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { FAKE_CONNECTIONS, FakeBackend } from '$lib/backend/fake';
import { DeskSession } from '$lib/desk/session.svelte';
import DeskScreen from '$lib/frame/DeskScreen.svelte';
import { SearchSession } from '$lib/search/session.svelte';
import { SavedViews } from './session.svelte';

const stops: (() => void)[] = [];
afterEach(() => {
	for (const stop of stops.splice(0)) stop();
});

async function session(backend = new FakeBackend({ customers: 200 })) {
	const desk = new DeskSession(backend, ['en']);
	await desk.start();
	const search = new SearchSession(backend);
	const views = new SavedViews(desk, search);
	await views.start();
	await search.start();
	stops.push(
		() => search.stop(),
		() => desk.stop(),
	);
	return { backend, desk, search, views };
}

const names = (views: SavedViews): string[] => views.list.map(({ name }) => name);

describe('saved views', () => {
	it('keep text, filters, order and columns, and show them again', async () => {
		const { search, views } = await session();
		search.setText('a');
		search.toggle('kyc', 'pending');
		search.sortBy('paid');
		views.setColumns([{ column: 'name', width: 200, pinned: true }]);
		const { query } = search;
		await views.add('Pending');
		expect(views.shown?.name).toBe('Pending');
		expect(views.changed).toBe(false);
		views.showBuiltIn('all');
		expect(search.query.text).toBe('');
		expect(search.query.kyc).toEqual([]);
		const [view] = views.list;
		if (view) views.show(view);
		expect(search.query).toEqual(query);
		expect(views.columns).toEqual([{ column: 'name', width: 200, pinned: true }]);
	});

	it('say when what is on screen is not them any more, until that is saved or taken back', async () => {
		const { search, views } = await session();
		await views.add('All by name');
		search.toggle('kyc', 'verified');
		expect(views.changed).toBe(true);
		views.reset();
		expect(views.changed).toBe(false);
		expect(search.query.kyc).toEqual([]);
		views.setColumns([{ column: 'name', width: 300, pinned: true }]);
		expect(views.changed).toBe(true);
		await views.saveChanges();
		expect(views.changed).toBe(false);
		expect(views.list[0]?.columns[0]?.width).toBe(300);
	});

	it('leave the columns of everybody alone', async () => {
		const { desk, views } = await session();
		await views.add('Narrow');
		views.setColumns([{ column: 'name', width: 90, pinned: true }]);
		expect(desk.preferences.columns).toEqual([]);
		views.leave();
		expect(views.columns).toEqual([]);
	});

	it('are renamed, duplicated, put in order and removed', async () => {
		const { views } = await session();
		for (const name of ['one', 'two', 'three']) await views.add(name);
		const [one, two] = views.list;
		if (!one || !two) throw new Error('not kept');
		await views.rename(one, 'first');
		await views.duplicate(two, 'two again');
		expect(names(views)).toEqual(['first', 'two', 'two again', 'three']);
		const last = views.list[3];
		if (last) await views.moveTo(last, 0);
		expect(names(views)).toEqual(['three', 'first', 'two', 'two again']);
		if (last) await views.remove(last);
		expect(names(views)).toEqual(['first', 'two', 'two again']);
	});

	it('are there after a restart, and the one that was shown is shown', async () => {
		const { backend, desk, search, views } = await session();
		search.toggle('kyc', 'rejected');
		await views.add('Rejected');
		desk.stop();
		search.stop();
		const again = await session(backend);
		expect(again.views.shown?.name).toBe('Rejected');
		expect(again.search.query.kyc).toEqual(['rejected']);
		expect(again.desk.count(again.views.list[0]?.id ?? -1)).toBe(again.search.total);
	});
});

describe('the side bar', () => {
	async function desk() {
		const backend = new FakeBackend({ customers: 120 });
		const session = new DeskSession(backend, ['en']);
		await session.start();
		stops.push(() => session.stop());
		render(DeskScreen, { desk: session, onconnect: () => {} });
		await waitFor(() => expect(screen.getByTestId('match-count')).toHaveAttribute('data-count', '120'));
		return { backend, user: userEvent.setup() };
	}
	const view = (name: string): HTMLElement => screen.getByTitle(name);

	it('saves what is shown with a name, counts it, and moves it by keyboard', async () => {
		const { backend, user } = await desk();
		await user.click(document.querySelector('[data-facet=kyc] [data-value=verified]') as HTMLElement);
		await user.click(await screen.findByTestId('view-save'));
		await user.click(screen.getByTestId('confirm'));
		expect(screen.getByText('Please give it a name.')).toBeVisible();
		await user.type(screen.getByLabelText('Name'), 'Checked');
		await user.click(screen.getByTestId('confirm'));
		await waitFor(() => expect(view('Checked')).toHaveAttribute('aria-current', 'page'));
		expect(Number(view('Checked').dataset.count)).toBeGreaterThan(0);
		await user.keyboard('{Control>}s{/Control}');
		expect(backend.views.list).toHaveLength(1);

		await user.click(document.querySelector('nav [data-view=all]') as HTMLElement);
		expect(view('Checked')).not.toHaveAttribute('aria-current');
		await user.keyboard('{Control>}s{/Control}');
		await user.type(await screen.findByLabelText('Name'), 'Everybody{Enter}');
		await waitFor(() => expect(screen.getAllByTestId('saved-view')).toHaveLength(2));
		view('Everybody').focus();
		await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
		expect(screen.getAllByTestId('saved-view').map((one) => one.title)).toEqual(['Everybody', 'Checked']);
		expect(view('Everybody')).toHaveFocus();
		expect(screen.getByText('Everybody is now view 1 of 2')).toBeInTheDocument();
	});

	it('says what a file leaves out, refuses one that is there, and takes a file in', async () => {
		const { backend, user } = await desk();
		await user.type(screen.getByTestId('search'), 'a');
		await user.keyboard('{Control>}s{/Control}');
		await user.type(await screen.findByLabelText('Name'), 'A{Enter}');
		await waitFor(() => expect(view('A')).toBeVisible());
		await user.click(screen.getByLabelText('Actions for the view A'));
		await user.click(screen.getByRole('menuitem', { name: 'Share as a file…' }));
		expect(screen.getByTestId('view-left-out')).toHaveTextContent('The search text is left out: it may tell of a person.');
		const path = screen.getByLabelText('File');
		await waitFor(() => expect(path).toHaveValue('/home/officer/Documents/A.vouch-view.json'));
		backend.views.files.set('/home/officer/Documents/A.vouch-view.json', 'mine');
		await user.click(screen.getByTestId('confirm'));
		await waitFor(() => expect(screen.getByText(/A file with this name already exists/)).toBeVisible());
		await user.click(screen.getByRole('button', { name: 'Replace the file' }));
		await waitFor(() => expect(screen.queryByTestId('view-file-form')).toBeNull());
		expect(backend.views.files.get('/home/officer/Documents/A.vouch-view.json')).not.toContain('"text":"a"');

		await user.click(screen.getByLabelText('Add a view'));
		await user.click(screen.getByRole('menuitem', { name: 'Open a shared view…' }));
		await user.type(screen.getByLabelText('File'), '/nowhere{Enter}');
		await waitFor(() => expect(screen.getByText('There is no such file.')).toBeVisible());
		await user.clear(screen.getByLabelText('File'));
		await user.type(screen.getByLabelText('File'), '/home/officer/Documents/A.vouch-view.json{Enter}');
		await waitFor(() => expect(view('A (2)')).toHaveAttribute('aria-current', 'page'));
	});

	it('commands by palette: what is typed, and what was done before', async () => {
		const { user } = await desk();
		await user.keyboard('{Control>}{Shift>}p{/Shift}{/Control}');
		const palette = await screen.findByTestId('palette');
		const field = within(palette).getByRole('combobox');
		expect(field).toHaveFocus();
		await user.type(field, 'blocked');
		const chosen = within(palette).getByRole('option', { selected: true });
		expect(chosen).toHaveAttribute('data-command', 'view:blocked');
		expect(field.getAttribute('aria-activedescendant')).toBe(chosen.id);
		await user.keyboard('{Enter}');
		await waitFor(() => expect(screen.queryByTestId('palette')).toBeNull());
		expect(document.querySelector('nav [data-view=blocked]')).toHaveAttribute('aria-current', 'page');
		await user.keyboard('{Control>}{Shift>}p{/Shift}{/Control}');
		expect((await screen.findAllByRole('option'))[0]).toHaveAttribute('data-command', 'view:blocked');
		await user.type(screen.getByTestId('palette-input'), 'zzzz');
		expect(screen.getByText('No command of that name.')).toBeVisible();
	});

	it('opens the palette by the search key when the search has the focus already', async () => {
		const { user } = await desk();
		await user.keyboard('{Control>}k{/Control}');
		expect(screen.getByTestId('search')).toHaveFocus();
		await user.keyboard('{Control>}k{/Control}');
		expect(await screen.findByTestId('palette')).toBeInTheDocument();
	});

	it('filters by a connection from a chip that is changed and taken out by keyboard', async () => {
		const { user } = await desk();
		const [first, second] = FAKE_CONNECTIONS;
		const chip = (): HTMLElement => document.querySelector('[data-filter=connection] .text') as HTMLElement;
		screen.getByTestId('filter-add').focus();
		await user.keyboard('{Enter}{Enter}');
		expect(screen.getByRole('menuitemradio', { name: 'All connections' })).toHaveFocus();
		await user.keyboard('{ArrowDown}{Enter}');
		await waitFor(() => expect(chip()).toBeVisible());
		const ofFirst = Number(screen.getByTestId('match-count').dataset.count);
		expect(document.querySelector(`[data-connection="${first?.id}"] [data-connection-stop]`)).toHaveAttribute('aria-pressed', 'true');
		chip().focus();
		await user.keyboard('{Enter}');
		expect(screen.getByRole('menuitemradio', { checked: true })).toHaveFocus();
		await user.keyboard('{ArrowDown}{Enter}');
		await waitFor(() => expect(chip()).toHaveFocus());
		await waitFor(() => expect(Number(screen.getByTestId('match-count').dataset.count)).toBe(120 - ofFirst));
		expect(document.querySelector(`[data-connection="${second?.id}"] [data-connection-stop]`)).toHaveAttribute('aria-pressed', 'true');
		await user.keyboard('{Delete}');
		await waitFor(() => expect(screen.getByTestId('match-count')).toHaveAttribute('data-count', '120'));
		expect(screen.getByTestId('filter-add')).toHaveFocus();
	});

	it('orders by relevance while something is typed, and keeps that in a view', async () => {
		const { backend, user } = await desk();
		const order = screen.getByTestId('sort-by');
		expect(order).toHaveAccessibleName('Sorted by: Customer');
		await user.click(order);
		expect(screen.getByRole('menuitemradio', { name: 'Relevance' })).toBeDisabled();
		await user.keyboard('{Escape}');
		expect(order).toHaveFocus();
		await user.type(screen.getByTestId('search'), 'ma');
		await user.keyboard('{Control>}{Shift>}p{/Shift}{/Control}');
		await user.type(await screen.findByTestId('palette-input'), 'relevance{Enter}');
		await waitFor(() => expect(order).toHaveAccessibleName('Sorted by: Relevance'));
		expect(document.querySelectorAll('[role=columnheader]:not([aria-sort=none])')).toHaveLength(0);
		await user.keyboard('{Control>}s{/Control}');
		await user.type(await screen.findByLabelText('Name'), 'Ma{Enter}');
		await waitFor(() => expect(view('Ma')).toHaveAttribute('aria-current', 'page'));
		expect(backend.views.list[0]?.query.byRelevance).toBe(true);
		await user.clear(screen.getByTestId('search'));
		expect(order).toHaveAccessibleName('Sorted by: Customer');
		expect(document.querySelector('[role=columnheader][data-col=name]')).toHaveAttribute('aria-sort', 'ascending');
		await user.type(screen.getByTestId('search'), 'ma');
		await user.click(document.querySelector('[role=columnheader][data-col=name]') as HTMLElement);
		expect(order).toHaveAccessibleName('Sorted by: Customer');
	});

	it('filters by a range from a chip, which is taken out by keyboard', async () => {
		const { user } = await desk();
		await user.click(screen.getByTestId('filter-add'));
		await user.click(screen.getByRole('menuitem', { name: 'Payments…' }));
		await user.type(screen.getByLabelText('From'), '9');
		await user.type(screen.getByLabelText('To, included'), '3');
		await user.click(screen.getByTestId('confirm'));
		expect(screen.getByText('This is before the beginning.')).toBeVisible();
		await user.type(screen.getByLabelText('To, included'), '0');
		await user.click(screen.getByTestId('confirm'));
		const chip = await screen.findByRole('button', { name: 'Payments: 9 – 30' });
		await waitFor(() => expect(Number(screen.getByTestId('match-count').dataset.count)).toBeLessThan(120));
		chip.focus();
		await user.keyboard('{Delete}');
		await waitFor(() => expect(screen.getByTestId('match-count')).toHaveAttribute('data-count', '120'));
		expect(screen.getByTestId('filter-add')).toHaveFocus();
	});
});
