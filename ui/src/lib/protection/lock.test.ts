import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import App from '../../App.svelte';
import { FAKE_PASSPHRASE, FAKE_RECOVERY, FakeBackend, type FakeOptions } from '../backend/fake';

const NEW = 'kettle orbit walnut';

function shown(options: FakeOptions = {}) {
	const backend = new FakeBackend({ customers: 60, ...options });
	render(App, { backend });
	return { backend, user: userEvent.setup() };
}

const locked = { protection: { passphrase: FAKE_PASSPHRASE, closed: true } } as const;
const lockable = { protection: { passphrase: FAKE_PASSPHRASE } } as const;
const field = (name: string) => document.querySelector<HTMLInputElement>(`input[name=${name}]`) as HTMLInputElement;
const lockScreen = () => screen.findByTestId('lock-screen');

async function enter(user: ReturnType<typeof userEvent.setup>, passphrase: string): Promise<void> {
	await user.clear(field('passphrase'));
	await user.type(field('passphrase'), `${passphrase}{Enter}`);
}

/** Takes the code that is shown once, having confirmed that it is kept. */
async function keepCode(user: ReturnType<typeof userEvent.setup>): Promise<string> {
	const code = (await screen.findByTestId('recovery-code')).querySelector('[data-print]')?.textContent ?? '';
	await user.click(screen.getByRole('checkbox', { name: 'I have written it down or printed it' }));
	await user.click(within(screen.getByRole('dialog', { name: 'Your recovery code' })).getByTestId('confirm'));
	await waitFor(() => expect(screen.queryByTestId('recovery-code')).toBeNull());
	return code;
}

afterEach(() => {
	vi.useRealTimers();
});

describe('the lock screen', () => {
	it('has the keyboard in a field that password managers and paste can fill', async () => {
		const { user } = shown(locked);
		expect(await lockScreen()).toHaveAttribute('data-gate', 'lock');
		await waitFor(() => expect(field('passphrase')).toHaveFocus());
		expect(field('passphrase')).toHaveAttribute('autocomplete', 'current-password');
		expect(field('passphrase')).toHaveAttribute('spellcheck', 'false');
		expect(field('passphrase').type).toBe('password');
		await user.paste(FAKE_PASSPHRASE);
		await user.click(screen.getByTestId('unlock'));
		expect(await screen.findByRole('grid')).toBeVisible();
	});

	it('gives way to what is wrong with the copy behind it', async () => {
		const { user } = shown({ ...locked, closed: { code: 'book_damaged', words: null } });
		await lockScreen();
		await enter(user, 'not this one at all');
		expect(await within(await lockScreen()).findByRole('alert')).toHaveAttribute('data-problem', 'passphrase_wrong');
		await enter(user, FAKE_PASSPHRASE);
		expect(await screen.findByTestId('restore')).toBeVisible();
		expect(screen.queryByTestId('lock-screen')).toBeNull();
		expect(screen.getByRole('alert')).toHaveAttribute('data-problem', 'book_damaged');
	});

	it('shows the passphrase only while asked to', async () => {
		const { user } = shown(locked);
		await lockScreen();
		await user.click(screen.getByRole('button', { name: 'Show the passphrase' }));
		expect(field('passphrase').type).toBe('text');
		await user.click(screen.getByRole('button', { name: 'Show the passphrase' }));
		expect(field('passphrase').type).toBe('password');
	});

	it('tells of Caps Lock', async () => {
		const { user } = shown(locked);
		await lockScreen();
		await user.type(field('passphrase'), '{CapsLock}A');
		expect(screen.getByText('Caps Lock is on.')).toBeVisible();
		await user.type(field('passphrase'), '{CapsLock}b');
		expect(screen.queryByText('Caps Lock is on.')).toBeNull();
	});

	it('says that a passphrase is wrong, keeps it selected, and waits after several', async () => {
		const { backend, user } = shown(locked);
		await lockScreen();
		await enter(user, 'not this one');
		await waitFor(() => expect(screen.getByRole('alert')).toHaveAttribute('data-problem', 'passphrase_wrong'));
		await waitFor(() => expect(field('passphrase')).toHaveFocus());
		expect(field('passphrase')).toHaveAttribute('aria-invalid', 'true');
		expect(field('passphrase').selectionEnd).toBe('not this one'.length);
		await enter(user, 'nor this one');
		await enter(user, 'nor that one');
		await waitFor(() => expect(screen.getByTestId('unlock')).toBeDisabled());
		expect(screen.getByTestId('unlock')).toHaveTextContent(/^Wait [45] s$/);
		const before = backend.count('unlock');
		await user.type(field('passphrase'), '{Enter}');
		expect(backend.count('unlock')).toBe(before);
	});

	it('lets a further try be made when the time has come', async () => {
		vi.useFakeTimers({ shouldAdvanceTime: true });
		const backend = new FakeBackend({ customers: 20, ...locked });
		const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
		render(App, { backend });
		await lockScreen();
		backend.failNext('unlock', { code: 'passphrase_wrong', until: new Date(Date.now() + 60_000).toISOString(), words: null });
		await enter(user, 'not this one');
		await waitFor(() => expect(screen.getByTestId('unlock')).toBeDisabled());
		await vi.advanceTimersByTimeAsync(61_000);
		expect(screen.getByTestId('unlock')).toBeEnabled();
		await enter(user, FAKE_PASSPHRASE);
		expect(await screen.findByRole('grid')).toBeVisible();
	});

	it('tells what else may go wrong', async () => {
		const { backend, user } = shown({ protection: { place: 'vault', passphrase: FAKE_PASSPHRASE, closed: true } });
		expect(await lockScreen()).toHaveAttribute('data-gate', 'vault');
		backend.failNext('unlock', { code: 'vault_damaged', words: null });
		await enter(user, FAKE_PASSPHRASE);
		await waitFor(() => expect(screen.getByRole('alert')).toHaveAttribute('data-problem', 'vault_damaged'));
		expect(field('passphrase')).toHaveValue(FAKE_PASSPHRASE);
	});
});

describe('a forgotten passphrase', () => {
	it('is replaced with the recovery code, and the next code is shown once', async () => {
		const { backend, user } = shown(locked);
		await lockScreen();
		await user.click(screen.getByTestId('forgotten'));
		expect(screen.getByText(/Nobody can look your passphrase up/)).toBeVisible();
		expect(field('code')).toHaveFocus();
		await user.type(field('code'), FAKE_RECOVERY.toLowerCase().replaceAll('-', ' '));
		await user.type(field('passphrase'), NEW);
		await user.type(field('passphrase_again'), `${NEW}{Enter}`);
		await screen.findByTestId('recovery-code');
		await user.click(screen.getByTestId('copy'));
		expect(backend.calls.at(-1)?.method).toBe('copyForAMinute');
		const code = await keepCode(user);
		expect(code).not.toBe(FAKE_RECOVERY);
		expect(document.body.textContent).not.toContain(code);
	});

	it('stays forgotten with a wrong code', async () => {
		const { user } = shown(locked);
		await lockScreen();
		await user.click(screen.getByTestId('forgotten'));
		await user.type(field('code'), 'AAAA-BBBB');
		await user.type(field('passphrase'), NEW);
		await user.type(field('passphrase_again'), `${NEW}{Enter}`);
		await waitFor(() => expect(field('code')).toHaveAttribute('aria-invalid', 'true'));
		expect(screen.getByTestId('lock-screen')).toBeVisible();
		await user.keyboard('{Escape}');
		await waitFor(() => expect(screen.getByTestId('unlock')).toBeVisible());
	});
});

describe('the recovery code', () => {
	it('is replaced by another for whoever knows the passphrase', async () => {
		const { backend, user } = shown(lockable);
		await screen.findByRole('grid');
		await user.click(screen.getByTestId('open-credentials'));
		await user.click(await screen.findByTestId('new-recovery-code'));
		await user.type(field('passphrase'), 'not this one');
		await user.click(screen.getByTestId('confirm'));
		const form = within(screen.getByTestId('passphrase-form'));
		await waitFor(() => expect(form.getByRole('alert')).toHaveAttribute('data-problem', 'passphrase_wrong'));
		expect(screen.queryByTestId('recovery-code')).toBeNull();
		await user.clear(field('passphrase'));
		await user.type(field('passphrase'), FAKE_PASSPHRASE);
		await user.click(screen.getByTestId('confirm'));
		await screen.findByTestId('recovery-code');
		const code = await keepCode(user);
		expect(code).not.toBe(FAKE_RECOVERY);
		expect(screen.queryByTestId('passphrase-form')).toBeNull();
		expect(backend.count('newRecoveryCode')).toBe(2);
	});

	it('cannot be lost by Escape', async () => {
		const { user } = shown({ closed: { code: 'keyring_missing', words: null }, vaultPossible: true });
		await user.click(await screen.findByTestId('use-vault'));
		await user.type(field('passphrase'), NEW);
		await user.type(field('passphrase_again'), `${NEW}{Enter}`);
		await screen.findByTestId('recovery-code');
		await user.keyboard('{Escape}');
		expect(screen.getByText('It is not shown again. Please confirm first that you have it.')).toBeVisible();
		expect(screen.getByRole('checkbox', { name: 'I have written it down or printed it' })).toHaveFocus();
		await keepCode(user);
		expect(screen.getByRole('grid')).toBeVisible();
	});

	it('leaves the screen when the app locks, and that is told afterwards', async () => {
		const { backend, user } = shown(locked);
		await lockScreen();
		await user.click(screen.getByTestId('forgotten'));
		await user.type(field('code'), FAKE_RECOVERY);
		await user.type(field('passphrase'), NEW);
		await user.type(field('passphrase_again'), `${NEW}{Enter}`);
		await screen.findByTestId('recovery-code');
		backend.lock();
		await lockScreen();
		expect(screen.queryByTestId('recovery-code')).toBeNull();
		await enter(user, NEW);
		expect(await screen.findByText(/Vouch locked while a recovery code was on screen/)).toBeVisible();
	});
});

describe('a vault instead of the keyring', () => {
	it('is offered only where it is possible, and never made unasked', async () => {
		const { backend } = shown({ closed: { code: 'keyring_missing', words: null } });
		expect(await screen.findByTestId('retry')).toBeVisible();
		expect(screen.queryByTestId('use-vault')).toBeNull();
		expect(backend.count('makeVault')).toBe(0);
	});

	it('needs the same passphrase twice, and one that is long enough', async () => {
		const { backend, user } = shown({ closed: { code: 'keyring_denied', words: null }, vaultPossible: true });
		await user.click(await screen.findByTestId('use-vault'));
		expect(field('passphrase')).toHaveAttribute('autocomplete', 'new-password');
		await waitFor(() => expect(field('passphrase')).toHaveFocus());
		await user.type(field('passphrase'), 'short{Enter}');
		expect(field('passphrase')).toHaveAttribute('aria-invalid', 'true');
		await user.clear(field('passphrase'));
		await user.type(field('passphrase'), NEW);
		await user.type(field('passphrase_again'), 'kettle{Enter}');
		expect(field('passphrase_again')).toHaveAttribute('aria-invalid', 'true');
		expect(backend.count('makeVault')).toBe(0);
		backend.failNext('makeVault', { code: 'bad_input', field: 'passphrase', words: null });
		await user.clear(field('passphrase_again'));
		await user.type(field('passphrase_again'), `${NEW}{Enter}`);
		expect(await screen.findByText(/Too easy to guess/)).toBeVisible();
		backend.failNext('makeVault', { code: 'disk_full', words: null });
		await user.click(screen.getByTestId('confirm'));
		await waitFor(() => expect(screen.getByRole('alert')).toHaveAttribute('data-problem', 'disk_full'));
		expect(field('passphrase')).toHaveValue(NEW);
		await user.keyboard('{Escape}');
		expect(await screen.findByTestId('use-vault')).toBeVisible();
	});
});

describe('locking', () => {
	it('by key clears everything of customers, and opens where it was left', async () => {
		vi.spyOn(navigator, 'platform', 'get').mockReturnValue('Linux');
		const { backend, user } = shown(lockable);
		await screen.findByRole('grid');
		await waitFor(() => expect(screen.getByTestId('match-count')).toHaveAttribute('data-count', '60'));
		screen.getByRole('grid').focus();
		await user.keyboard('{Enter}');
		const card = await screen.findByTestId('detail');
		const facts = [...card.querySelectorAll('[data-field]')]
			.map((field) => field.textContent?.trim() ?? '')
			.filter((fact) => fact.length > 9);
		expect(facts.length).toBeGreaterThan(2);
		await user.click(screen.getByTestId('search'));
		await user.keyboard('an');
		await screen.findByTestId('lock');
		await user.keyboard('{Control>}{Shift>}L{/Shift}{/Control}');
		await lockScreen();
		expect(backend.count('lockNow')).toBe(1);
		for (const fact of facts) expect(document.documentElement.textContent).not.toContain(fact);
		expect(document.querySelector('[data-customer], [data-connection], [data-count]')).toBeNull();
		await enter(user, FAKE_PASSPHRASE);
		await screen.findByRole('grid');
		expect(screen.getByTestId('search')).toHaveValue('');
	});

	it('by key works from within a dialog and while somebody writes', async () => {
		vi.spyOn(navigator, 'platform', 'get').mockReturnValue('Linux');
		const { backend, user } = shown(lockable);
		await screen.findByRole('grid');
		await screen.findByTestId('lock');
		await user.click(screen.getByTestId('connection-add'));
		await user.type(field('api_secret'), 'sk_live_planted');
		await user.keyboard('{Control>}{Shift>}L{/Shift}{/Control}');
		await lockScreen();
		expect(backend.count('lockNow')).toBe(1);
		expect(screen.queryByRole('dialog')).toBeNull();
	});

	it('by the shell itself closes whatever is open', async () => {
		const { backend, user } = shown(lockable);
		await screen.findByRole('grid');
		await user.click(screen.getByTestId('connection-add'));
		await user.type(field('api_secret'), 'sk_live_planted');
		backend.lock();
		await lockScreen();
		expect(screen.queryByRole('dialog')).toBeNull();
		expect(document.documentElement.outerHTML).not.toContain('planted');
	});

	it('is neither offered nor done while no lock is set', async () => {
		vi.spyOn(navigator, 'platform', 'get').mockReturnValue('Linux');
		const { backend, user } = shown();
		await screen.findByRole('grid');
		await waitFor(() => expect(backend.count('credentials')).toBeGreaterThan(0));
		expect(screen.queryByTestId('lock')).toBeNull();
		await user.keyboard('{Control>}{Shift>}L{/Shift}{/Control}');
		expect(backend.count('lockNow')).toBe(0);
		expect(backend.count('personActive')).toBe(0);
	});

	it('is announced, and called off by the button', async () => {
		const { backend, user } = shown(lockable);
		await screen.findByTestId('lock');
		await waitFor(() => {
			backend.emit('lock_soon', { seconds: 30 });
			expect(screen.getByTestId('lock-soon')).toBeInTheDocument();
		});
		expect(within(screen.getByTestId('lock-soon')).getByRole('alert')).toHaveTextContent('Vouch is about to lock');
		expect(within(screen.getByTestId('lock-soon')).getByRole('timer')).toHaveTextContent('Locks in 30 seconds');
		await user.click(screen.getByTestId('stay'));
		await waitFor(() => expect(screen.queryByTestId('lock-soon')).toBeNull());
		expect(backend.count('personActive')).toBeGreaterThan(0);
	});

	it('that fails leaves everything as it is', async () => {
		const { backend, user } = shown(lockable);
		await screen.findByRole('grid');
		backend.failNext('lockNow', { code: 'internal', words: null });
		await user.click(await screen.findByTestId('lock'));
		expect(await screen.findByRole('alert')).toHaveAttribute('data-problem', 'internal');
		expect(await screen.findByRole('grid')).toBeVisible();
	});
});
