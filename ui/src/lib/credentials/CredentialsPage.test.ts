import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../../App.svelte';
import { FAKE_PASSPHRASE, FakeBackend, type FakeOptions, fakeConnection } from '../backend/fake';

const THREE = [
	fakeConnection({ label: 'Madrid' }),
	fakeConnection({ id: 'c2', label: 'Almaty', keyTail: 'x71b' }),
	fakeConnection({ id: 'c3', label: 'Sevilla', standing: 'archived', keyTail: '' }),
];

beforeEach(() => {
	vi.spyOn(navigator, 'platform', 'get').mockReturnValue('Linux');
});

async function shown(options: FakeOptions = {}) {
	const backend = new FakeBackend({ customers: 40, connections: THREE, ...options });
	render(App, { backend });
	const user = userEvent.setup();
	await screen.findByRole('grid');
	await user.keyboard('{Control>}{Shift>}K{/Shift}{/Control}');
	await screen.findByTestId('credentials');
	await waitFor(() => expect(screen.getAllByTestId('credential').length).toBeGreaterThan(0));
	return { backend, user };
}

const item = (id: string) => document.querySelector<HTMLElement>(`[data-testid=credential][data-connection=${id}]`) as HTMLElement;
const within_ = (id: string, testid: string) => within(item(id)).getByTestId(testid);
const dialog = () => screen.getByRole('dialog');
const field = (name: string) => document.querySelector<HTMLInputElement>(`dialog [name=${name}]`) as HTMLInputElement;

describe('the page', () => {
	it('is reached from the side bar, the settings and by key, and Escape leads back', async () => {
		const { user } = await shown();
		expect(screen.getByRole('heading', { level: 1, name: 'Credentials' })).toHaveFocus();
		expect(screen.queryByRole('grid')).toBeNull();
		await user.keyboard('{Escape}');
		expect(await screen.findByRole('grid')).toBeVisible();
		await user.click(screen.getByTestId('open-credentials'));
		expect(screen.getByTestId('credentials')).toBeVisible();
		expect(screen.getByTestId('open-credentials')).toHaveAttribute('aria-current', 'page');
		expect(document.querySelector('[data-view][aria-current]')).toBeNull();
		await user.click(document.querySelector('[data-view=all]') as HTMLElement);
		expect(await screen.findByRole('grid')).toBeVisible();
		await user.click(screen.getByTestId('settings'));
		await user.click(screen.getByTestId('settings-credentials'));
		expect(screen.getByTestId('credentials')).toBeVisible();
		expect(screen.queryByRole('dialog')).toBeNull();
	});

	it('says of every key what may be known, and asks no provider', async () => {
		const { backend } = await shown({ credentials: { c1: { ageDays: 214, presence: 'missing' } } });
		expect(item('c1')).toHaveTextContent('ends in 9f3a');
		expect(item('c1')).toHaveAttribute('data-presence', 'missing');
		expect(item('c1').querySelector('[data-store]')).toHaveAttribute('data-store', 'keyring');
		expect(item('c1')).toHaveAttribute('data-due', 'true');
		expect(item('c1')).toHaveTextContent('Key due for replacement');
		expect(item('c2')).toHaveAttribute('data-due', 'false');
		expect(backend.count('testCredential')).toBe(0);
		expect(backend.count('testConnection')).toBe(0);
	});

	it('marks the same keys in the side bar, as often as the reminder says', async () => {
		const { backend, user } = await shown({ credentials: { c1: { ageDays: 100 } } });
		const side = () => document.querySelector<HTMLElement>('[data-testid=connection][data-connection=c1]') as HTMLElement;
		expect(side()).not.toHaveAttribute('data-due');
		await user.selectOptions(screen.getByRole('combobox', { name: 'Remind to replace after' }), '90');
		expect(side()).toHaveAttribute('data-due', 'true');
		expect(within(side()).getByRole('img', { name: 'Key due for replacement' })).toBeVisible();
		await waitFor(() => expect(backend.preferences.remindAfterDays).toBe(90));
		await user.selectOptions(screen.getByRole('combobox', { name: 'Remind to replace after' }), 'never');
		expect(side()).not.toHaveAttribute('data-due');
		await waitFor(() => expect(backend.preferences.remindAfterDays).toBeNull());
	});

	it('tells when it cannot be had, and tries again', async () => {
		const { backend, user } = await shown();
		backend.failNext('credentials', { code: 'internal', words: null });
		await user.click(within_('c1', 'test'));
		const alert = await screen.findByRole('alert');
		await user.click(within(alert).getByRole('button', { name: 'Try again' }));
		await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
	});
});

describe('the keyboard', () => {
	it('enters the list once, and reaches every action of every connection', async () => {
		const { user } = await shown();
		const stops = () => document.querySelectorAll('[data-testid=credentials] [data-action][tabindex="0"]');
		expect(stops()).toHaveLength(1);
		within_('c1', 'test').focus();
		await user.keyboard('{ArrowRight}');
		expect(within_('c1', 'rotate')).toHaveFocus();
		await user.keyboard('{ArrowDown}');
		expect(within_('c2', 'rotate')).toHaveFocus();
		expect(stops()).toHaveLength(1);
		expect(stops()[0]).toBe(within_('c2', 'rotate'));
		await user.keyboard('{End}');
		expect(within_('c3', 'remove')).toHaveFocus();
		await user.keyboard('{Home}');
		expect(within_('c1', 'remove')).toHaveFocus();
		await user.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}{ArrowLeft}{ArrowLeft}');
		expect(within_('c1', 'test')).toHaveFocus();
	});

	it('comes back to where it was when a dialog closes', async () => {
		const { user } = await shown();
		within_('c2', 'rotate').focus();
		await user.keyboard('{Enter}');
		expect(field('api_key')).toHaveFocus();
		await user.keyboard('{Escape}');
		expect(screen.queryByRole('dialog')).toBeNull();
		await waitFor(() => expect(within_('c2', 'rotate')).toHaveFocus());
		expect(screen.getByTestId('credentials')).toBeVisible();
	});

	it('finds a place when what had it is erased', async () => {
		const { user } = await shown();
		within_('c3', 'remove').focus();
		await user.keyboard('{Enter}');
		await user.click(within(dialog()).getByTestId('confirm'));
		await waitFor(() => expect(item('c3')).toBeNull());
		await waitFor(() => expect(within_('c1', 'test')).toHaveFocus());
	});
});

describe('a test of a key', () => {
	it('says what the provider answered and keeps it', async () => {
		const { backend, user } = await shown();
		await user.click(within_('c1', 'test'));
		await waitFor(() => expect(item('c1')).toHaveTextContent('The provider accepted the key and has 48,100 customers.'));
		expect(item('c1').querySelector('[data-field=tested]')).toHaveTextContent('Accepted · just now');
		backend.check = { code: 'credentials_rejected', words: null };
		await user.click(within_('c1', 'test'));
		await waitFor(() => expect(within(item('c1')).getByRole('alert')).toHaveAttribute('data-problem', 'credentials_rejected'));
		expect(within_('c1', 'test')).toHaveFocus();
	});
});

describe('replacing a key', () => {
	async function opened(options: FakeOptions = {}) {
		const all = await shown(options);
		await all.user.click(within_('c1', 'rotate'));
		await all.user.type(field('api_key'), 'pk_live_new7');
		await all.user.type(field('api_secret'), 'sk_live_planted');
		return all;
	}

	it('tests the new one, puts it in place and drops what was typed', async () => {
		const { backend, user } = await opened();
		const secret = field('api_secret');
		await user.click(within(dialog()).getByTestId('confirm'));
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		expect(backend.calls.findLast(({ method }) => method === 'rotateCredential')?.args).toEqual([
			'c1',
			'pk_live_new7',
			'sk_live_planted',
			false,
		]);
		expect(item('c1')).toHaveTextContent('ends in new7');
		expect(secret.value).toBe('');
	});

	it('keeps everything when the provider refuses it, and offers nothing else', async () => {
		const { backend, user } = await opened();
		backend.check = { code: 'credentials_rejected', words: null };
		await user.click(within(dialog()).getByTestId('confirm'));
		expect(await within(dialog()).findByRole('alert')).toHaveAttribute('data-problem', 'credentials_rejected');
		expect(screen.queryByTestId('keep-untested')).toBeNull();
		expect(field('api_secret')).toHaveValue('sk_live_planted');
		expect(item('c1')).toHaveTextContent('ends in 9f3a');
	});

	it('offline keeps it untested beside the old one, until it is tried or discarded', async () => {
		const { backend, user } = await opened();
		backend.check = { code: 'offline', words: null };
		await user.click(within(dialog()).getByTestId('confirm'));
		await user.click(await screen.findByTestId('keep-untested'));
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		expect(backend.calls.findLast(({ method }) => method === 'rotateCredential')?.args[3]).toBe(true);
		await waitFor(() => expect(within_('c1', 'next-credential')).toHaveTextContent('A new key ending in new7 waits'));
		expect(item('c1')).toHaveTextContent('ends in 9f3a');
		await user.click(within_('c1', 'try-next'));
		await waitFor(() => expect(within_('c1', 'next-credential')).toHaveTextContent('Its last test: The provider cannot be reached'));
		backend.check = { customers: 12 };
		await user.click(within_('c1', 'try-next'));
		await waitFor(() => expect(within(item('c1')).queryByTestId('next-credential')).toBeNull());
		expect(item('c1')).toHaveTextContent('ends in new7');
		await waitFor(() => expect(item('c1')).toContainElement(document.activeElement as HTMLElement));
	});

	it('discards the waiting one and keeps the present', async () => {
		const next = { keyTail: 'q9ze', setAt: new Date().toISOString(), problem: null };
		const { user } = await shown({ credentials: { c1: { next } } });
		await user.click(within_('c1', 'rotate'));
		expect(within(dialog()).getByText(/Another new key already waits/)).toBeVisible();
		await user.keyboard('{Escape}');
		await user.click(within_('c1', 'discard-next'));
		await waitFor(() => expect(within(item('c1')).queryByTestId('next-credential')).toBeNull());
		expect(item('c1')).toHaveTextContent('ends in 9f3a');
	});

	it('needs both, and points out the two in each other’s place', async () => {
		const { backend, user } = await shown();
		await user.click(within_('c1', 'rotate'));
		await user.click(within(dialog()).getByTestId('confirm'));
		expect(field('api_key')).toHaveFocus();
		expect(field('api_key')).toHaveAttribute('aria-invalid', 'true');
		await user.click(field('api_key'));
		await user.paste('  sk_live_1\n');
		await user.type(field('api_secret'), 'pk_live_1');
		await user.click(screen.getByRole('button', { name: 'Swap the two' }));
		expect([field('api_key').value, field('api_secret').value]).toEqual(['pk_live_1', 'sk_live_1']);
		expect(backend.count('rotateCredential')).toBe(0);
	});
});

describe('a connection', () => {
	it('is switched off and on, and is not synced in between', async () => {
		const { user } = await shown();
		const side = () => document.querySelector<HTMLElement>('[data-testid=connection][data-connection=c1]') as HTMLElement;
		expect(within(side()).getByTestId('sync-now')).toBeVisible();
		await user.click(within_('c1', 'disable'));
		await waitFor(() => expect(item('c1')).toHaveAttribute('data-standing', 'disabled'));
		await waitFor(() => expect(within_('c1', 'enable')).toHaveFocus());
		expect(within(side()).queryByTestId('sync-now')).toBeNull();
		expect(side()).toHaveTextContent('Switched off');
		await user.click(within_('c1', 'enable'));
		await waitFor(() => expect(within(side()).getByTestId('sync-now')).toBeVisible());
	});

	it('is removed with its customers kept unless they are to be erased', async () => {
		const { backend, user } = await shown();
		await user.click(within_('c1', 'remove'));
		expect(within(dialog()).getByTestId('cancel')).toHaveFocus();
		expect(within(dialog()).getByRole('radio', { name: 'Keep them as an archive' })).toBeChecked();
		backend.failNext('removeConnection', { code: 'disk_full', words: null });
		await user.click(within(dialog()).getByTestId('confirm'));
		expect(await within(dialog()).findByRole('alert')).toHaveAttribute('data-problem', 'disk_full');
		await user.click(within(dialog()).getByTestId('confirm'));
		await waitFor(() => expect(item('c1')).toHaveAttribute('data-standing', 'archived'));
		expect(within(item('c1')).queryByTestId('rotate')).toBeNull();
		await user.click(within_('c2', 'remove'));
		await user.click(within(dialog()).getByRole('radio', { name: 'Erase them' }));
		await user.click(within(dialog()).getByTestId('confirm'));
		await waitFor(() => expect(item('c2')).toBeNull());
		expect(backend.calls.filter(({ method }) => method === 'removeConnection').map(({ args }) => args[1])).toEqual([
			'keep',
			'keep',
			'erase',
		]);
	});

	it('is changed and added with the one form', async () => {
		const { user } = await shown();
		await user.click(within_('c1', 'edit'));
		expect(within(dialog()).getByTestId('connection-form')).toBeVisible();
		await user.clear(field('label'));
		await user.type(field('label'), 'Toledo{Enter}');
		await waitFor(() => expect(item('c1')).toHaveTextContent('Toledo'));
		await user.click(screen.getByTestId('credential-add'));
		expect(screen.getByRole('dialog', { name: 'Connect a provider' })).toBeVisible();
	});
});

describe('the protection', () => {
	const task = async (user: ReturnType<typeof userEvent.setup>, values: Record<string, string>) => {
		for (const [name, value] of Object.entries(values)) await user.type(field(name), value);
		await user.click(within(dialog()).getByTestId('confirm'));
	};
	const keep = async (user: ReturnType<typeof userEvent.setup>) => {
		await screen.findByTestId('recovery-code');
		await user.click(screen.getByRole('checkbox', { name: /written it down/ }));
		await user.click(within(dialog()).getByTestId('confirm'));
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
	};
	const NEW = 'kettle orbit walnut';

	it('gets a lock, whose passphrase is changed, and loses it', async () => {
		const { user } = await shown();
		const panel = await screen.findByTestId('protection');
		expect(panel).toHaveAttribute('data-lock', 'false');
		await user.click(screen.getByTestId('set-lock'));
		await task(user, { passphrase: NEW, passphrase_again: NEW });
		await keep(user);
		expect(panel).toHaveAttribute('data-lock', 'true');
		expect(screen.getByTestId('lock')).toBeVisible();
		await user.click(screen.getByTestId('change-passphrase'));
		await task(user, { passphrase_current: 'not this one', passphrase: `${NEW} 2`, passphrase_again: `${NEW} 2` });
		await waitFor(() => expect(field('passphrase_current')).toHaveAttribute('aria-invalid', 'true'));
		await user.clear(field('passphrase_current'));
		await task(user, { passphrase_current: NEW });
		await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
		await user.click(screen.getByTestId('remove-lock'));
		await task(user, { passphrase: `${NEW} 2` });
		await waitFor(() => expect(panel).toHaveAttribute('data-lock', 'false'));
	});

	it('moves to the vault and back, and every key says where it is', async () => {
		const { user } = await shown();
		await user.click(await screen.findByTestId('move-to-vault'));
		await task(user, { passphrase: NEW, passphrase_again: NEW });
		await keep(user);
		expect(screen.getByTestId('protection')).toHaveAttribute('data-place', 'vault');
		await waitFor(() => expect(item('c1').querySelector('[data-store]')).toHaveAttribute('data-store', 'vault'));
		expect(screen.queryByTestId('remove-lock')).toBeNull();
		await user.click(screen.getByTestId('move-to-keyring'));
		await task(user, { passphrase: NEW });
		await waitFor(() => expect(screen.getByTestId('protection')).toHaveAttribute('data-place', 'keyring'));
		await waitFor(() => expect(item('c1').querySelector('[data-store]')).toHaveAttribute('data-store', 'keyring'));
	});

	it('that cannot be changed stays, and says why', async () => {
		const { backend, user } = await shown();
		backend.failNext('moveSecrets', { code: 'disk_read_only', words: null });
		await user.click(await screen.findByTestId('move-to-vault'));
		await task(user, { passphrase: NEW, passphrase_again: NEW });
		expect(await within(dialog()).findByRole('alert')).toHaveAttribute('data-problem', 'disk_read_only');
		expect(screen.getByTestId('protection')).toHaveAttribute('data-place', 'keyring');
	});

	it('locks after the chosen minutes, or never, and before sleep', async () => {
		const { backend, user } = await shown({ protection: { passphrase: FAKE_PASSPHRASE }, preferences: { lockAfterMinutes: 7 } });
		const after = await screen.findByRole('combobox', { name: 'Lock when nobody is there for' });
		expect(after).toHaveValue('7');
		await user.selectOptions(after, 'never');
		await user.click(screen.getByRole('checkbox', { name: 'Also before the computer sleeps' }));
		await waitFor(() => expect(backend.preferences).toMatchObject({ lockAfterMinutes: null, lockOnSleep: false }));
	});

	it('of the sample is memory, and nothing more is asked', async () => {
		await shown({ demo: true });
		expect(await screen.findByTestId('protection')).toHaveAttribute('data-place', 'memory');
		expect(screen.queryByTestId('set-lock')).toBeNull();
		expect(screen.queryByTestId('export-connections')).toBeNull();
	});
});
